import { computed, type ComputedRef, type Ref } from 'vue'
import { chatsWith, type Chat } from '@/invitation/model/chat'
import type { Recipient, Seen } from '@/invitation/model/request'

export interface ChannelChoice {
  /** null = a mail where there is an address, else a chat; `link`: nothing is sent, whoever asks hands the link over himself */
  channel: 'email' | 'chat' | 'link' | null
  chatId: number | null
}

interface ChannelScreen {
  /** in which one may write, the one to propose first */
  chats: ComputedRef<Chat[]>
  /** where the request is written; null when it is mailed */
  chat: ComputedRef<Chat | null>
  /** there is a chat with this person, and others are in it */
  strangeChat: ComputedRef<Chat | null>
  /** not seeing one is not the same as there being none */
  isChatHidden: ComputedRef<boolean>
  channels: ComputedRef<('email' | 'chat')[]>
  /** 'email' also where nothing is left: it is refused in its own words */
  channel: ComputedRef<'email' | 'chat' | 'link'>
}

/**
 * How the chosen person can be reached.
 * @param ofDeal chats of the deal and its own client
 * @param ofChosen those of another contact; undefined as long as none is chosen
 */
export function useChannel(
  choice: ChannelChoice, recipient: Ref<Recipient | null>, email: Ref<string | null>,
  ofDeal: () => Seen<Chat[]> | undefined, ofChosen: () => Seen<Chat[]> | undefined
): ChannelScreen {
  const known = computed(() => [ofDeal(), ofChosen()].flatMap(seen => seen === undefined ? [] : [seen]))
  const found = computed(() => recipient.value
    ? chatsWith(known.value.flatMap(seen => seen.seen ? seen.value : []), recipient.value, ofChosen() === undefined)
    : [])
  const chats = computed(() => found.value.filter(({ isMember }) => isMember))
  const channels = computed(() => [...email.value === null ? [] : ['email' as const], ...chats.value.length > 0 ? ['chat' as const] : []])
  const channel = computed(() => choice.channel === 'link' ? 'link' as const : channels.value.find(one => one === choice.channel) ?? channels.value[0] ?? 'email')
  return {
    chats,
    chat: computed(() => channel.value === 'chat' ? chats.value.find(({ id }) => id === choice.chatId) ?? chats.value[0] ?? null : null),
    strangeChat: computed(() => chats.value.length > 0 ? null : found.value[0] ?? null),
    isChatHidden: computed(() => found.value.length === 0 && known.value.some(({ seen }) => !seen)),
    channels,
    channel
  }
}
