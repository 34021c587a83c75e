import './tab.css'
import { bootApp } from '@/ui/boot'

void bootApp({ root: () => import('@/ui/Placeholder.vue') })
