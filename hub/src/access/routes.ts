import {
  ApiKeyCreated,
  ApiKeyList,
  ApiKeyRequest,
  CompanySettings,
  InvitationAccept,
  InvitationCreated,
  InvitationList,
  InvitationRequest,
  Me,
  Membership,
  Person,
  PersonList,
  SetupRequest,
  SetupState,
} from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Access } from './access.ts'
import { createApiKey, listApiKeys, withdrawApiKey } from './api-keys.ts'
import { claimSetup, isSetUp, readCompany, returnSetup, writeCompany } from './company.ts'
import {
  createInvitation,
  listInvitations,
  returnInvitation,
  takeInvitation,
  withdrawInvitation,
} from './invitations.ts'
import { setDisabled, setMemberships } from './memberships.ts'
import { addPerson, findPerson, listPeople, refuseKnown } from './people.ts'
import { demandMayGive, rightsOf } from './principal.ts'
import { principalOf, scopeOf } from './route-access.ts'

const Id = z.object({ id: z.string().max(100) })
const Nothing = z.null()
const all = { all: true } as const

/** Set-up, who am I, company. */
export function companyRoutes(access: Access): FastifyPluginAsyncZod {
  const { db, identity, platform } = access
  return async (app) => {
    app.get(
      '/setup',
      {
        config: { access: 'public' },
        schema: {
          tags: ['access'],
          summary: 'Whether the hub waits for its first administrator',
          security: [],
          response: { 200: SetupState },
        },
      },
      async () => ({ needed: !(await isSetUp(db)) }),
    )
    app.post(
      '/setup',
      {
        config: { access: 'public', rateLimit: { max: 10, timeWindow: 60_000 } },
        schema: {
          tags: ['access'],
          summary: 'Makes the first administrator, with the code that the console shows',
          security: [],
          body: SetupRequest,
          response: { 200: SetupState },
        },
      },
      async (request) => {
        const { code, company, language, timezone, name, email, password } = request.body
        if (await isSetUp(db)) throw new StewardError('input/conflict', 'This hub is set up already; sign in instead.')
        if (access.setupCode?.matches(code) !== true) {
          throw new StewardError(
            'access/forbidden',
            'The code is not the one on the console of the hub (after ten wrong tries start the hub again).',
          )
        }
        await claimSetup(db, { name: company, language, timezone }, platform.now())
        try {
          await addPerson(
            db,
            identity,
            { name, email, password, memberships: [{ role: 'administrator', customer: null }] },
            platform.now(),
          )
        } catch (error) {
          await returnSetup(db)
          throw error
        }
        access.setupCode = null
        await platform.audit.write({ who: email, action: 'setup', target: company })
        return { needed: false }
      },
    )
    app.get(
      '/me',
      {
        config: { access: 'signed-in' },
        schema: { tags: ['access'], summary: 'Who am I, and what may I do', response: { 200: Me } },
      },
      async (request) => {
        const principal = principalOf(request)
        return {
          person: principal.kind === 'person' ? await findPerson(db, all, principal.id) : null,
          key: principal.kind === 'key' ? { id: principal.id, name: principal.name } : null,
          permissions: [...new Set(principal.rights.flatMap((it) => it.permissions))],
          company: await readCompany(db),
        }
      },
    )
    app.put(
      '/company',
      {
        config: { access: 'administer' },
        schema: {
          tags: ['access'],
          summary: 'Name, language and time zone of the service company',
          body: CompanySettings,
          response: { 200: CompanySettings },
        },
      },
      async (request) => {
        if (!scopeOf(request).all)
          throw new StewardError('access/forbidden', 'Only an administrator of the company may do this.')
        await writeCompany(db, request.body)
        await platform.audit.write({
          who: principalOf(request).name,
          action: 'company.update',
          target: request.body.name,
        })
        return request.body
      },
    )
  }
}

/** People, their roles, invitations. */
export function peopleRoutes(access: Access): FastifyPluginAsyncZod {
  const { db, identity, platform } = access
  return async (app) => {
    app.get(
      '/people',
      {
        config: { access: 'administer' },
        schema: { tags: ['access'], summary: 'People and their roles', response: { 200: PersonList } },
      },
      async (request) => ({
        items: await listPeople(db, scopeOf(request)),
        next: null,
      }),
    )
    app.put(
      '/people/:id/memberships',
      {
        config: { access: 'administer' },
        schema: {
          tags: ['access'],
          summary: "Replaces a person's roles",
          params: Id,
          body: z.object({ memberships: z.array(Membership).max(50) }),
          response: { 200: Person },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const { memberships } = request.body
        const before = await findPerson(db, scope, request.params.id)
        demandMayGive(principalOf(request), rightsOf(memberships))
        await setMemberships(db, before.id, memberships, platform.now())
        platform.events.emit('access-revoked', { person: before.id })
        await platform.audit.write({
          who: principalOf(request).name,
          action: 'person.roles',
          target: before.email,
          detail: { from: before.memberships, to: memberships },
        })
        return findPerson(db, all, before.id)
      },
    )
    app.put(
      '/people/:id/disabled',
      {
        config: { access: 'administer' },
        schema: {
          tags: ['access'],
          summary: 'Takes a person’s access away, or gives it back',
          params: Id,
          body: z.object({ disabled: z.boolean() }),
          response: { 200: Person },
        },
      },
      async (request) => {
        const before = await findPerson(db, scopeOf(request), request.params.id)
        await setDisabled(db, before.id, request.body.disabled, platform.now())
        if (request.body.disabled) platform.events.emit('access-revoked', { person: before.id })
        await platform.audit.write({
          who: principalOf(request).name,
          action: request.body.disabled ? 'person.disable' : 'person.enable',
          target: before.email,
        })
        return findPerson(db, all, before.id)
      },
    )
    app.get(
      '/invitations',
      {
        config: { access: 'administer' },
        schema: { tags: ['access'], summary: 'Invitations that are open', response: { 200: InvitationList } },
      },
      async (request) => ({ items: await listInvitations(db, scopeOf(request)), next: null }),
    )
    app.post(
      '/invitations',
      {
        config: { access: 'administer' },
        schema: {
          tags: ['access'],
          summary: 'Invites a person; the link is given once',
          body: InvitationRequest,
          response: { 200: InvitationCreated },
        },
      },
      async (request) => {
        await refuseKnown(db, scopeOf(request), request.body.email)
        const { invitation, secret } = await createInvitation(db, principalOf(request), request.body, platform.now())
        const link = `${access.origin}/invitation#${secret}`
        await platform.audit.write({
          who: principalOf(request).name,
          action: 'invitation.create',
          target: invitation.email,
          detail: { memberships: invitation.memberships },
        })
        const { name } = await readCompany(db)
        const text = `${link}\n\n七天内有效，只能使用一次。\nValid for seven days, once.`
        access
          .sendMail({ to: invitation.email, subject: `邀请您加入 ${name} / Invitation to ${name} · Steward`, text })
          .catch((error: unknown) => {
            const why = error instanceof Error ? error.message : String(error)
            platform.log.warn(`the invitation could not be mailed, its link must be passed on: ${why}`)
          })
        return { ...invitation, link }
      },
    )
    app.delete(
      '/invitations/:id',
      {
        config: { access: 'administer' },
        schema: { tags: ['access'], summary: 'Withdraws an invitation', params: Id, response: { 200: Nothing } },
      },
      async (request) => {
        const { email } = await withdrawInvitation(db, scopeOf(request), request.params.id, platform.now())
        await platform.audit.write({ who: principalOf(request).name, action: 'invitation.withdraw', target: email })
        return null
      },
    )
    app.post(
      '/invitations/accept',
      {
        config: { access: 'public', rateLimit: { max: 10, timeWindow: 60_000 } },
        schema: {
          tags: ['access'],
          summary: 'Takes an invitation: chooses name and password',
          security: [],
          body: InvitationAccept,
          response: { 200: z.object({ email: z.string() }) },
        },
      },
      async (request) => {
        const { secret, name, password } = request.body
        const invitation = await takeInvitation(db, secret, platform.now())
        try {
          await addPerson(
            db,
            identity,
            { name, email: invitation.email, password, memberships: invitation.memberships },
            platform.now(),
          )
        } catch (error) {
          await returnInvitation(db, invitation.id)
          throw error
        }
        await platform.audit.write({ who: invitation.email, action: 'invitation.accept', target: invitation.email })
        return { email: invitation.email }
      },
    )
  }
}

/** API keys. */
export function keyRoutes({ db, platform }: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/api-keys',
      {
        config: { access: 'administer' },
        schema: { tags: ['access'], summary: 'API keys', response: { 200: ApiKeyList } },
      },
      async (request) => ({
        items: await listApiKeys(db, scopeOf(request)),
        next: null,
      }),
    )
    app.post(
      '/api-keys',
      {
        config: { access: 'administer' },
        schema: {
          tags: ['access'],
          summary: 'Makes an API key; its text is given once',
          body: ApiKeyRequest,
          response: { 200: ApiKeyCreated },
        },
      },
      async (request) => {
        const { customer, scopes } = request.body
        demandMayGive(principalOf(request), [{ customer, permissions: scopes }])
        const made = await createApiKey(db, request.body, platform.now())
        await platform.audit.write({
          who: principalOf(request).name,
          action: 'api-key.create',
          target: made.name,
          customer,
          detail: { scopes },
        })
        return made
      },
    )
    app.delete(
      '/api-keys/:id',
      {
        config: { access: 'administer' },
        schema: { tags: ['access'], summary: 'Withdraws an API key', params: Id, response: { 200: Nothing } },
      },
      async (request) => {
        const { name, id } = await withdrawApiKey(db, scopeOf(request), request.params.id, platform.now())
        platform.events.emit('access-revoked', { key: id })
        await platform.audit.write({ who: principalOf(request).name, action: 'api-key.withdraw', target: name })
        return null
      },
    )
  }
}
