import { describe, expect, it } from 'vitest'
import { CONSENT_FIELDS, NATIVE_FIELDS, RECORD_FIELDS } from '@/portal/fields'
import { FIELD_LABELS, NAME_LIMIT, TYPE_TITLE, fieldLabel, isNamed, nameByLanguage, nameIn, valueName } from './names'

const specs = Object.entries({ ...RECORD_FIELDS, ...NATIVE_FIELDS, ...CONSENT_FIELDS })

describe('names that the installation writes', () => {
  it.each(specs)('%s has a short label of its own in both languages', field => {
    const label = FIELD_LABELS[field as keyof typeof FIELD_LABELS]
    expect(label.en.length).toBeLessThanOrEqual(NAME_LIMIT)
    expect(label.ru).toMatch(/[а-яё]/)
    expect(label.ru.length).toBeLessThanOrEqual(NAME_LIMIT)
    expect(Object.values(FIELD_LABELS).filter(other => other.en === label.en || other.ru === label.ru)).toHaveLength(1)
  })

  it.each(specs.flatMap(([, spec]) => 'values' in spec ? [...spec.values] : []))('list value %s is a word in both languages', xmlId => {
    expect(valueName(xmlId, 'en')).toMatch(/^[A-Z]/)
    expect(valueName(xmlId, 'ru')).toMatch(/^[А-ЯSQ]/)
  })

  it('never leaves a language without a label', () => {
    expect(nameByLanguage(TYPE_TITLE, ['de', 'ru', ''])).toEqual({ en: 'Feedback', ru: 'Обратная связь', de: 'Feedback' })
  })

  it.each([['ru', 'Обратная связь'], ['RU', 'Обратная связь'], ['kz', 'Feedback'], ['', 'Feedback']])('one name in %s', (lang, name) => {
    expect(nameIn(TYPE_TITLE, lang)).toBe(name)
    expect(isNamed(TYPE_TITLE, name)).toBe(true)
  })

  it('knows a renamed thing', () => {
    expect(isNamed(TYPE_TITLE, 'Отзывы клиентов')).toBe(false)
    expect(fieldLabel('FB_NPS', 'ru')).toBe('Отзыв: рекомендация (NPS)')
    expect(valueName('people added this', 'ru')).toBe('people added this')
  })
})
