export type ServiceLayout = {
  /** account that the service runs as */
  user: string
  /** folder with the program and its Node */
  program: string
  /** `/var/lib/<state>`: its data, the only folder that it may write */
  state: string
  /** whether it may send ICMP: fping does not start without that right where it is installed with it */
  mayPing: boolean
}

const pingRight = 'CAP_NET_RAW'

/** Whether a unit that was written before lets the service ping. */
export function letsPing(unit: string): boolean {
  return new RegExp(`^AmbientCapabilities=${pingRight}$`, 'm').test(unit)
}

/**
 * The unit of the agent. It may open connections and write its data folder, and nothing else; it comes back after a crash
 * and after a reboot, but not when it is not enrolled (exit status 2).
 */
export function agentUnit({ user, program, state, mayPing }: ServiceLayout): string {
  const rights = mayPing ? pingRight : ''
  return `[Unit]
Description=Steward agent: monitors this site's devices for its hub
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=${user}
Group=${user}
ExecStart=${program}/node --disable-warning=ExperimentalWarning --max-semi-space-size=2 ${program}/steward.mjs agent run --data /var/lib/${state}
StateDirectory=${state}
StateDirectoryMode=0700
UMask=0077
Environment=MALLOC_ARENA_MAX=2
Restart=always
RestartSec=5
RestartPreventExitStatus=2
TimeoutStopSec=20
LimitNOFILE=65536

NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
CapabilityBoundingSet=${rights}
AmbientCapabilities=${rights}
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`
}

/**
 * `steward` for administrators: the side that a command belongs to, with the services' data folders where none is named.
 * The hub's installation writes the same, so that both may be on one machine.
 */
export function launcher(): string {
  return `#!/bin/sh
case "$1" in
agent | diagnose | probe) side=agent ;;
*) side=hub ;;
esac
STEWARD_AGENT_DATA="\${STEWARD_AGENT_DATA:-/var/lib/steward-agent}"
STEWARD_HUB_DATA="\${STEWARD_HUB_DATA:-/var/lib/steward-hub}"
export STEWARD_AGENT_DATA STEWARD_HUB_DATA
program="/usr/local/lib/steward-$side"
if [ ! -x "$program/node" ]; then
  echo "The $side of Steward is not installed on this machine." >&2
  exit 1
fi
exec "$program/node" --disable-warning=ExperimentalWarning "$program/steward.mjs" "$@"
`
}
