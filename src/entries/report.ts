import './report.css'
import { reportMessages } from '@/report/ui/messages'
import { bootApp } from '@/ui/boot'

void bootApp({ root: () => import('@/report/ui/ReportPage.vue'), messages: [reportMessages] })
