import { loadAnswerMessages } from '@/answer/ui/messages'
import { loadInvitationMessages } from '@/invitation/ui/messages'
import { bootApp } from '@/ui/boot'

export const start = (): Promise<void> => bootApp({ root: () => import('@/answer/ui/FeedbackTab.vue'), messages: [loadAnswerMessages, loadInvitationMessages] })
