import type { Group } from '@/survey/model/survey'

/** Each group has a colour, a shade for samples too small to be coloured, and a sign: never colour alone. */
export const GROUP_LOOK = {
  high: { sign: 'up', colour: 'bg-(--ui-color-accent-extra-grass)', grey: 'bg-(--ui-color-base-3)' },
  middle: { sign: 'dot', colour: 'bg-(--ui-color-base-5)', grey: 'bg-(--ui-color-base-5)' },
  low: { sign: 'down', colour: 'bg-(--ui-color-accent-main-alert)', grey: 'bg-(--ui-color-base-4)' }
} as const satisfies Record<Group, { sign: 'up' | 'dot' | 'down', colour: string, grey: string }>
