import type { CardField } from '@/plan/store'

/** The field to begin with: one that the company made for itself, else the comment; never one that a card cannot do without. */
export function usualField(fields: readonly CardField[]): CardField | undefined {
  return fields.find(({ name }) => /^uf/i.test(name) && !/fb/i.test(name)) ?? fields.find(({ name }) => name === 'comments') ?? fields[0]
}
