import { expect, it } from 'vitest'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { senderOf } from './sender'

const ivan = { name: 'Ivan', email: 'ivan@acme.example' }

it.each<[string, { name: string, email: string }]>([
  ['', ivan],
  ['  ', ivan],
  ['care@acme.example', { name: '', email: 'care@acme.example' }],
  ['Acme Care <care@acme.example>', { name: 'Acme Care', email: 'care@acme.example' }],
  ['"Acme, Care" <care@acme.example>', { name: 'Acme, Care', email: 'care@acme.example' }],
  ['<care@acme.example>', { name: '', email: 'care@acme.example' }],
  ['nonsense', { name: '', email: 'nonsense' }]
])('%j sends as %j', (from, expected) => {
  expect(senderOf({ mail: { ...afterDeal.mail, from } }, { ...ivan })).toEqual(expected)
})
