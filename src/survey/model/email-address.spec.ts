import { describe, expect, it } from 'vitest'
import { isEmail } from './email-address'

describe('e-mail addresses', () => {
  it.each([
    'a@b.kz', 'anna.petrova+x@mail.example.com', 'o\'neil@example.ie', 'почта@пример.рф', 'a_b-c@d-e.co'
  ])('%s can be one', text => {
    expect(isEmail(text)).toBe(true)
  })

  it.each([
    '', 'anna', 'anna@', '@example.com', 'a@b', 'a@b.', 'a@.b', 'a@b..c', 'a b@c.de', 'a@b.de,c@d.ef', 'Anna <a@b.de>', 'a@b.de\nBcc: x@y.zz', 'a@@b.de', `${'a'.repeat(250)}@b.de`
  ])('%s cannot', text => {
    expect(isEmail(text)).toBe(false)
  })
})
