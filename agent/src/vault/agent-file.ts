import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { AllowedNetworks, EpochMs, SiteIdentity, Slug, Title } from '@steward/shared/model'
import { Ed25519PublicKey } from '@steward/shared/wire'
import { z } from 'zod'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

/**
 * Who this agent is, whom it trusts and where it may dial. Made at enrolment, changed only by a person at this machine;
 * `hub.ca` is the pinned CA in PEM, null where the hub has a publicly trusted certificate.
 */
export const AgentFile = z.object({
  version: z.literal(1),
  agentId: Slug,
  name: Title,
  site: SiteIdentity,
  hub: z.object({ url: z.url({ protocol: /^https$/ }), key: Ed25519PublicKey, ca: z.string().max(20_000).nullable() }),
  privateKey: z.string().max(1000),
  allow: AllowedNetworks,
  allowLoopback: z.boolean(),
  enrolledAt: EpochMs,
})
export type AgentFile = z.infer<typeof AgentFile>

export function agentFilePath(dataDir: string): string {
  return join(dataDir, 'agent.json')
}

/** The enrolment, null where this folder has none. Throws `system/data-folder` when the file is damaged. */
export function readAgentFile(dataDir: string): AgentFile | null {
  const path = agentFilePath(dataDir)
  const text = readPrivateFile(path)
  if (text === null) return null
  try {
    return AgentFile.parse(JSON.parse(text))
  } catch (error) {
    const advice = 'restore it from a backup, or enrol again with --replace'
    throw new StewardError('system/data-folder', `${path} is damaged; ${advice}.`, { cause: error })
  }
}

export function writeAgentFile(dataDir: string, file: AgentFile): void {
  writePrivateFile(agentFilePath(dataDir), `${JSON.stringify(file, null, 2)}\n`)
}
