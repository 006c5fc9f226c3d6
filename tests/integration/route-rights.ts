/** Who may use which route, written down independently of the hub: a route that is not here fails the walk. */
import type { Permission } from '@steward/shared/model'

/** One customer's things, by the names that routes use. */
export type Things = {
  customer: string
  site: string
  device: string
  window: string
  silence: string
  recipient: string
  person: string
  invitation: string
  apiKey: string
  enrolment: string
  agent: string
  fault: string
}

export type Right = 'public' | 'identity' | 'signed-in' | Permission

export type Rights = {
  needs: Right
  /** only with the right over the whole company */
  company?: true
  /** what fills the path, of one customer's things */
  path?: (it: Things) => Record<string, string>
  query?: (it: Things) => string
  /** a body that would change one customer's things */
  body?: (it: Things) => unknown
}

const id = (name: keyof Things) => (it: Things) => ({ id: it[name] })
const siteBody = (it: Things) => ({ name: `${it.customer} new name`, customer: it.customer })
const recipientBody = (it: Things) => ({
  name: `${it.customer} new`,
  target: { channel: 'email', to: 'a@steward.example' },
  sites: [it.site],
})
const silenceBody = (it: Things) => ({
  scope: { kind: 'site', site: it.site },
  to: new Date(Date.now() + 3_600_000).toISOString(),
})
const read = (path?: Rights['path']): Rights => (path === undefined ? { needs: 'read' } : { needs: 'read', path })
const span = 'point=load&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z'

export const routeRights: Readonly<Record<string, Rights>> = {
  'GET /api/auth/get-session': { needs: 'identity' },
  'POST /api/auth/sign-in/email': { needs: 'identity' },
  'POST /api/auth/sign-out': { needs: 'identity' },
  'POST /api/auth/request-password-reset': { needs: 'identity' },
  'POST /api/auth/reset-password': { needs: 'identity' },
  'POST /api/auth/change-password': { needs: 'identity' },
  'POST /api/auth/two-factor/enable': { needs: 'identity' },
  'POST /api/auth/two-factor/disable': { needs: 'identity' },
  'POST /api/auth/two-factor/verify-totp': { needs: 'identity' },
  'POST /api/auth/two-factor/verify-backup-code': { needs: 'identity' },

  'GET /api/v1/setup': { needs: 'public' },
  'POST /api/v1/setup': { needs: 'public' },
  'POST /api/v1/invitations/accept': { needs: 'public' },
  'GET /api/v1/me': { needs: 'signed-in' },
  'PUT /api/v1/company': {
    needs: 'administer',
    company: true,
    body: () => ({ name: 'Taken over', language: 'en', timezone: 'UTC' }),
  },
  'GET /api/v1/people': { needs: 'administer' },
  'PUT /api/v1/people/{id}/memberships': { needs: 'administer', path: id('person'), body: () => ({ memberships: [] }) },
  'PUT /api/v1/people/{id}/disabled': { needs: 'administer', path: id('person'), body: () => ({ disabled: true }) },
  'GET /api/v1/invitations': { needs: 'administer' },
  'POST /api/v1/invitations': {
    needs: 'administer',
    body: (it) => ({
      email: 'spy@steward.example',
      memberships: [{ role: 'customer', customer: it.customer }],
    }),
  },
  'DELETE /api/v1/invitations/{id}': { needs: 'administer', path: id('invitation') },
  'GET /api/v1/api-keys': { needs: 'administer' },
  'POST /api/v1/api-keys': {
    needs: 'administer',
    body: (it) => ({ name: 'spy', scopes: ['read'], customer: it.customer }),
  },
  'DELETE /api/v1/api-keys/{id}': { needs: 'administer', path: id('apiKey') },
  'GET /api/v1/audit': { needs: 'administer' },

  'GET /api/v1/customers': read(),
  'PUT /api/v1/customers/{id}': {
    needs: 'configure',
    path: id('customer'),
    body: (it) => ({ name: `${it.customer} new` }),
  },
  'DELETE /api/v1/customers/{id}': { needs: 'configure', path: id('customer') },
  'GET /api/v1/sites': read(),
  'GET /api/v1/sites/{id}': read(id('site')),
  'GET /api/v1/sites/{id}/input': { needs: 'configure', path: id('site') },
  'PUT /api/v1/sites/{id}': { needs: 'configure', path: id('site'), body: siteBody },
  'DELETE /api/v1/sites/{id}': { needs: 'configure', path: id('site') },
  'GET /api/v1/sites/{id}/availability': read(id('site')),
  'GET /api/v1/sites/{id}/capability': read(id('site')),
  'GET /api/v1/sites/{id}/topology': read(id('site')),
  'GET /api/v1/sites/{id}/links': read(id('site')),
  'GET /api/v1/sites/{id}/messages': read(id('site')),
  'POST /api/v1/sites/{id}/links': {
    needs: 'connect',
    path: id('site'),
    body: () => ({ decision: 'confirm', devices: ['cam-1'] }),
  },
  'GET /api/v1/sites/{id}/discovery': { needs: 'operate', path: id('site') },
  'POST /api/v1/sites/{id}/discovery': {
    needs: 'operate',
    path: id('site'),
    body: () => ({ network: '127.20.0.0/30' }),
  },
  'GET /api/v1/sites/{id}/discovery/devices': { needs: 'operate', path: id('site') },
  'POST /api/v1/sites/{id}/discovery/cancel': { needs: 'operate', path: id('site'), body: () => ({}) },
  'POST /api/v1/sites/{id}/discovery/accept': {
    needs: 'configure',
    path: id('site'),
    body: () => ({ devices: [{ address: '127.20.0.10', id: 'spy', kind: 'camera', function: null }] }),
  },
  'GET /api/v1/sites/{id}/maintenance': read(id('site')),
  'POST /api/v1/sites/{id}/maintenance': {
    needs: 'operate',
    path: id('site'),
    body: () => ({ from: '2030-01-01T00:00:00Z', to: '2030-01-02T00:00:00Z' }),
  },
  'PUT /api/v1/sites/{id}/maintenance/{window}': {
    needs: 'operate',
    path: (it) => ({ id: it.site, window: it.window }),
    body: () => ({ from: '2031-01-01T00:00:00Z', to: '2031-01-02T00:00:00Z' }),
  },
  'POST /api/v1/sites/{id}/maintenance/{window}/end': {
    needs: 'operate',
    path: (it) => ({ id: it.site, window: it.window }),
  },
  'DELETE /api/v1/sites/{id}/maintenance/{window}': {
    needs: 'operate',
    path: (it) => ({ id: it.site, window: it.window }),
  },
  'GET /api/v1/maintenance': read(),
  'GET /api/v1/devices': read(),
  'GET /api/v1/devices/{id}': read(id('device')),
  'PUT /api/v1/sites/{site}/devices/{id}': {
    needs: 'configure',
    path: (it) => ({ site: it.site, id: 'cam-1' }),
    body: () => ({ name: 'Taken over' }),
  },
  'DELETE /api/v1/sites/{site}/devices/{id}': {
    needs: 'configure',
    path: (it) => ({ site: it.site, id: 'cam-1' }),
  },
  'POST /api/v1/sites/{id}/devices/bulk': {
    needs: 'configure',
    path: id('site'),
    body: () => ({ devices: ['cam-1'], enabled: false }),
  },
  'POST /api/v1/sites/{id}/devices/import': {
    needs: 'configure',
    path: id('site'),
    body: () => ({ csv: 'id,kind\nspy,camera\n', dryRun: false }),
  },
  'GET /api/v1/import/template': { needs: 'configure' },
  'POST /api/v1/apply': {
    needs: 'configure',
    body: (it) => ({ sites: [{ id: it.site, ...siteBody(it) }] }),
  },
  'GET /api/v1/devices/{id}/points': read(id('device')),
  'GET /api/v1/devices/{id}/series': { ...read(id('device')), query: () => span },
  'POST /api/v1/devices/{id}/check': { needs: 'operate', path: id('device'), body: () => ({}) },

  'GET /api/v1/alerts/recipients': { needs: 'operate' },
  'POST /api/v1/alerts/recipients': { needs: 'configure', body: recipientBody },
  'GET /api/v1/alerts/recipients/{id}': { needs: 'operate', path: id('recipient') },
  'PUT /api/v1/alerts/recipients/{id}': { needs: 'configure', path: id('recipient'), body: recipientBody },
  'DELETE /api/v1/alerts/recipients/{id}': { needs: 'configure', path: id('recipient') },
  'POST /api/v1/alerts/recipients/{id}/test': { needs: 'operate', path: id('recipient') },
  'GET /api/v1/alerts/deliveries': { needs: 'operate' },
  'GET /api/v1/alerts/mail': { needs: 'administer', company: true },
  'PUT /api/v1/alerts/mail': {
    needs: 'administer',
    company: true,
    body: () => ({ host: 'mail.steward.example', from: 'spy@steward.example' }),
  },
  'POST /api/v1/alerts/mail/test': {
    needs: 'administer',
    company: true,
    body: () => ({ to: 'spy@steward.example' }),
  },
  'GET /api/v1/alerts/dead-man': { needs: 'administer', company: true },
  'PUT /api/v1/alerts/dead-man': { needs: 'administer', company: true, body: () => ({ url: null }) },

  'GET /api/v1/silences': read(),
  'POST /api/v1/silences': { needs: 'operate', body: silenceBody },
  'DELETE /api/v1/silences/{id}': { needs: 'operate', path: id('silence') },
  'PUT /api/v1/silences/{id}': { needs: 'operate', path: id('silence'), body: silenceBody },
  'POST /api/v1/silences/{id}/end': { needs: 'operate', path: id('silence') },

  'GET /api/v1/faults': read(),
  'GET /api/v1/faults/{id}': read(id('fault')),
  'PUT /api/v1/faults/{id}/level': {
    needs: 'operate',
    path: id('fault'),
    body: () => ({ level: 'L2', reason: 'x' }),
  },
  'POST /api/v1/faults/{id}/acknowledge': { needs: 'operate', path: id('fault'), body: () => ({}) },
  'POST /api/v1/faults/{id}/notes': { needs: 'operate', path: id('fault'), body: () => ({ note: 'seen' }) },
  'GET /api/v1/events': read(),

  'GET /api/v1/agents': read(),
  'GET /api/v1/agents/{id}': read(id('agent')),
  'PATCH /api/v1/agents/{id}': { needs: 'configure', path: id('agent'), body: () => ({ name: 'Taken over' }) },
  'POST /api/v1/agents/{id}/revoke': { needs: 'configure', path: id('agent'), body: () => ({}) },
  'GET /api/v1/enrolments': { needs: 'configure' },
  'POST /api/v1/enrolments': { needs: 'configure', body: (it) => ({ site: it.site }) },
  'GET /api/v1/enrolments/{id}': { needs: 'configure', path: id('enrolment') },
  'DELETE /api/v1/enrolments/{id}': { needs: 'configure', path: id('enrolment') },
  'GET /api/v1/sites/{id}/grants': read(id('site')),
  'GET /api/v1/tunnels': read(),
  'GET /api/v1/tunnels/connect': { needs: 'connect' },
}
