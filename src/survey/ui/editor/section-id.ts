/** Sections of the editor in their order on the page. */
export const SECTIONS = ['names', 'questions', 'thankYou', 'channels', 'when', 'crm', 'plan', 'test', 'watch'] as const
export type SectionName = typeof SECTIONS[number]

/** Element to jump to. */
export function sectionId(name: SectionName): string {
  return `section-${name}`
}

export function isSection(id: string): boolean {
  return SECTIONS.some(name => sectionId(name) === id)
}
