import { describe, expect, it } from 'vitest'
import { readSender } from './sender'

describe('the sender of a mail', () => {
  it.each([
    ['service@acme.example', { name: '', email: 'service@acme.example' }],
    ['  service@acme.example ', { name: '', email: 'service@acme.example' }],
    ['Acme Service <service@acme.example>', { name: 'Acme Service', email: 'service@acme.example' }],
    ['"Acme, Service" < service@acme.example >', { name: 'Acme, Service', email: 'service@acme.example' }]
  ])('%s', (text, sender) => expect(readSender(text)).toEqual(sender))

  it.each(['', 'Acme', 'acme@', '@acme.example', 'a@localhost', 'a@b.example, c@d.example', 'Acme <>', 'Acme <a@b.example> more', 'a b@c.example'])(
    'is none in "%s"', text => expect(readSender(text)).toBeNull())
})
