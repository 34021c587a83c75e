import { chatText } from '@/invitation/model/chat-text'
import { linkOf } from '@/invitation/personal-link'
import type { Order, Target } from '@/invitation/sending'
import type { Portal } from '@/portal/client'
import { quoteCustomer } from '@/portal/hostile-text'

/** What the client reads in a dialog; names from the CRM cannot pass for signs of the portal's there. */
export function chatWords(portal: Portal, order: Pick<Order, 'survey' | 'recipient' | 'deal' | 'lang' | 'sender'>, target: Target, base: string): string {
  const content = order.survey.published!.content
  const plain = (text: string): string => quoteCustomer(text, 200)
  return chatText(content, linkOf(portal, order, target), base, order.lang, {
    client: plain(order.recipient.name), deal: plain(order.deal?.title ?? ''), responsible: plain(order.sender.name), company: plain(content.company)
  })
}
