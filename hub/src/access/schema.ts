/** Tables of access; Better Auth keeps its own beside them. Times are milliseconds since 1970. */
export type AccessTables = {
  company: { id: 1; name: string; language: string; timezone: string; setup_at: number }
  memberships: { person: string; role: string; customer: string | null; created_at: number }
  people_disabled: { person: string; at: number }
  invitations: {
    id: string
    email: string
    memberships: string
    secret_hash: string
    created_at: number
    expires_at: number
    accepted_at: number | null
    withdrawn_at: number | null
  }
  api_keys: {
    id: string
    name: string
    hash: string
    scopes: string
    customer: string | null
    created_at: number
    expires_at: number | null
    last_used_at: number | null
    withdrawn_at: number | null
  }
  /** Better Auth's: read here, and taken away from. */
  user: { id: string; name: string; email: string; twoFactorEnabled: number | null }
  session: { id: string; userId: string; updatedAt: string }
  twoFactor: { id: string; userId: string }
}
