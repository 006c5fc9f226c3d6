/** The points of a camera. */
import type { PointValue } from '@steward/shared/model'
import { clockDrift } from '../clock-drift.ts'
import type { LearnedPoint } from '../contract.ts'
import type { Camera } from './learn.ts'
import type { MediaProfile } from './operations.ts'

const works = ['ok', 'failed']

export const rtspState = { ...point('rtsp.state', 'state', 'Video stream server', ''), states: works }

function point(id: string, kind: string, name: string, unit: string, instance = ''): LearnedPoint {
  return { id, class: kind, instance, name, unit }
}

function videoPoints(profile: MediaProfile, number: number): { point: LearnedPoint; value: PointValue }[] {
  const make = (what: string, kind: string, name: string, unit: string, value: PointValue) => ({
    point: point(`video.${number}.${what}`, kind, name, unit, profile.name || profile.token),
    value,
  })
  const size = profile.width === null || profile.height === null ? null : `${profile.width}x${profile.height}`
  return [
    make('resolution', 'resolution', 'Resolution as set', '', size),
    make('codec', 'codec', 'Codec as set', '', profile.codec === '' ? null : profile.codec),
    make('frame-rate', 'frame-rate', 'Frame rate as set, at most', 'fps', profile.framesPerSecond),
    make('bit-rate', 'bit-rate', 'Bit rate as set, at most', 'bit/s', profile.bitsPerSecond),
  ]
}

/** What is as it was set: it changes only when somebody changes it. */
export function settingsOf(camera: Camera): { points: LearnedPoint[]; values: Record<string, PointValue> } {
  const video = camera.profiles.flatMap((it, at) => videoPoints(it, at + 1))
  const rtsp = camera.stream === null ? [] : [rtspState]
  return {
    points: [clockDrift, ...rtsp, ...video.map((it) => it.point)],
    values: Object.fromEntries(video.map((it) => [it.point.id, it.value])),
  }
}
