import './request.css'
import { manyMessages } from '@/invitation/ui/many/messages'
import { loadInvitationMessages } from '@/invitation/ui/messages'
import { bootApp } from '@/ui/boot'

void bootApp({ root: () => import('@/invitation/ui/RequestPage.vue'), messages: [loadInvitationMessages, manyMessages] })
