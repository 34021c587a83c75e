import { emailOf, type AddressOwners, type Recipient, type Seen } from '@/invitation/model/request'
import { invitationList, readInvitation, readRecipient } from '@/invitation/store'
import type { Command, Outcome, Portal } from '@/portal/client'
import { CONTACT } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'

/** More cards with one address than that are a mailbox of a whole company: the newest twenty are looked at. */
const MOST = 20

/**
 * Who else has the address that is to be written to, for a batch that is sent anyway; `ownersFrom` reads the outcomes. Portals do not tell the addresses
 * of employees to every app, but look for them. (user.get, crm.duplicate.findbycomm)
 */
export function ownerCommands(email: string): Record<'staff' | 'cards', Command> {
  return {
    staff: { method: 'user.get', params: { FILTER: { ACTIVE: 'Y', EMAIL: email }, select: ['ID'] } },
    cards: { method: 'crm.duplicate.findbycomm', params: { type: 'EMAIL', values: [email], entity_type: 'CONTACT' } }
  }
}

/** One request more where another contact has the same address. @returns not seen, when the portal would not say */
export async function ownersFrom(
  portal: Portal, store: RecordStore, { kind, id }: Pick<Recipient, 'kind' | 'id'>, { staff, cards }: Record<'staff' | 'cards', Outcome<unknown>>
): Promise<Seen<AddressOwners>> {
  if (!staff.ok || !cards.ok) return { seen: false }
  const isEmployee = listOf(staff.result).length > 0
  const others = listOf(mapOf(cards.result).CONTACT).map(Number).filter(other => other > 0 && !(kind === 'contact' && other === id)).slice(-MOST)
  if (others.length === 0) return { seen: true, value: { isEmployee, people: [], invitations: [] } }
  const seen = await portal.batch<{ twins: { items: unknown }, asked: { items: unknown } }>({
    twins: { method: 'crm.item.list', params: {
      entityTypeId: CONTACT, filter: { '@id': others }, select: ['*', ...Object.values(store.native[CONTACT].names)], order: { id: 'ASC' }, start: -1
    } },
    asked: invitationList(store, { '@contactId': others })
  })
  if (!seen.twins.ok || !seen.asked.ok) return { seen: false }
  return { seen: true, value: {
    isEmployee,
    people: listOf(seen.twins.result.items).map(card => readRecipient(store, card, 'contact')).filter(person => emailOf(person) !== null),
    invitations: listOf(seen.asked.result.items).map(item => readInvitation(store, item)).filter(({ contactId }) => others.includes(contactId ?? 0))
  } }
}
