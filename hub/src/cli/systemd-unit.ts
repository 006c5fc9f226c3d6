export type HubService = {
  /** account that the service runs as */
  user: string
  /** folder with the program and its Node */
  program: string
  /** `/var/lib/<state>`: its data, the only folder that it may write */
  state: string
  port: number
  host: string
  names: readonly string[]
  /** a certificate of one's own: absolute paths, which systemd reads as root and hands over */
  certificate: { cert: string; key: string } | null
}

/**
 * The unit of the hub. It may listen, open connections and write its data folder, and nothing else; it comes back after a
 * crash and after a reboot, but not when it was misused (exit status 2).
 */
export function hubUnit(it: HubService): string {
  const { user, state } = it
  const low = it.port < 1024 ? 'CAP_NET_BIND_SERVICE' : ''
  const credentials =
    it.certificate === null
      ? ''
      : `LoadCredential=cert.pem:${it.certificate.cert}\nLoadCredential=key.pem:${it.certificate.key}\n`
  return `[Unit]
Description=Steward hub: remote monitoring and diagnostics for building systems
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=${user}
Group=${user}
ExecStart=${startLine(it)}
${credentials}StateDirectory=${state}
StateDirectoryMode=0700
UMask=0077
Restart=always
RestartSec=5
RestartPreventExitStatus=2
TimeoutStopSec=60
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
CapabilityBoundingSet=${low}
AmbientCapabilities=${low}
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`
}

function startLine({ program, state, port, host, names, certificate }: HubService): string {
  const words = [
    `${program}/node --disable-warning=ExperimentalWarning --max-semi-space-size=4 ${program}/steward.mjs`,
    `hub start --data /var/lib/${state} --port ${port} --host ${host}`,
    ...names.map((it) => `--name ${it}`),
    // %d is where systemd puts what LoadCredential names.
    ...(certificate === null ? [] : ['--cert %d/cert.pem --key %d/key.pem']),
  ]
  return words.join(' ')
}

/** `steward` for administrators: the side that a command belongs to, with the services' data folders where none is named. */
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
