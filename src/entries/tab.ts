import './tab.css'
import { loadCardAhead } from '@/answer/card-ahead'

// The portal needs as long for its answer as the browser for the screen: both begin now.
loadCardAhead()
void import('./tab-page').then(({ start }) => start())
