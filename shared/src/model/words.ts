import { z } from 'zod'

/** 故障级别: L1 a whole system is paralysed … L4 indirect or intermittent (service-commitments). Lower is worse. */
export const FaultLevel = z.enum(['L1', 'L2', 'L3', 'L4'])
export type FaultLevel = z.infer<typeof FaultLevel>

/** What sort of fault; a device carries the first of these that holds. `site-unreachable` is the hub's own. */
export const FaultKind = z.enum([
  'down',
  'suspected',
  'intermittent',
  'imminent',
  'degraded',
  'unmanageable',
  'site-unreachable',
])
export type FaultKind = z.infer<typeof FaultKind>

/** `unknown`: never checked, or its agent is silent. */
export const DeviceState = z.enum(['up', 'down', 'unknown'])
export type DeviceState = z.infer<typeof DeviceState>

/** Kinds of device that have a mark of their own in the app; anything else is `other`. */
export const DeviceKind = z.enum([
  'switch',
  'router',
  'firewall',
  'access-point',
  'camera',
  'nvr',
  'door-controller',
  'ups',
  'chiller',
  'air-handler',
  'meter',
  'controller',
  'server',
  'printer',
  'channel',
  'other',
])
export type DeviceKind = z.infer<typeof DeviceKind>

export const SystemKind = z.enum(['cctv', 'access', 'network', 'bas', 'power', 'other'])
export type SystemKind = z.infer<typeof SystemKind>
