/** What only this machine may know and decide: device secrets, the agent's identity, the hub's pins, the allowed networks. */
export { AgentFile, agentFilePath, readAgentFile, writeAgentFile } from './agent-file.ts'
export { Communities, readCommunities, removeCommunities, writeCommunities } from './communities.ts'
export { canonicalAddress, makeNetworkGate, type NetworkGate, type SitePolicy } from './networks.ts'
export { lanNetworks, ownAddresses } from './own-networks.ts'
export { forgetPendingKey, pendingKeyFor } from './pending-key.ts'
export { makeDataFolder, readPrivateFile, systemCode, tightenMode, writePrivateFile } from './private-file.ts'
export { makeAgentKey, publicKeyOf, signText, verifyText } from './signing.ts'
export { openVault, type SecretAnswer, type StoredSecret, type Vault } from './vault.ts'
