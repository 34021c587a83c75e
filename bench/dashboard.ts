import { startDemo, type Demo } from '../demo/start'
import type { Place } from './places'
import { ADMINISTRATOR } from './scene'

const CURRENCY = { CURRENCY: 'KZT', AMOUNT_CNT: '1', AMOUNT: '1', SORT: '100', BASE: 'Y', FULL_NAME: 'KZT', DEC_POINT: ',', DECIMALS: '0', THOUSANDS_SEP: ' ' }
const FORMAT = { FORMAT_STRING: '# KZT', FULL_NAME: 'KZT', DEC_POINT: ',', THOUSANDS_VARIANT: 'S', THOUSANDS_SEP: ' ', DECIMALS: '0', HIDE_ZERO: 'N' }

/** Methods that the template needs besides ours before it shows a figure. */
const ITS_METHODS = {
  'crm.currency.base.get': () => ({ result: 'KZT' }),
  'crm.currency.list': () => ({ result: [CURRENCY], total: 1 }),
  'crm.currency.get': () => ({ result: { ...CURRENCY, LANG: { ru: FORMAT, en: FORMAT } } })
}

/**
 * The official dashboard template in the demo portal, for the same measurement on the same machine.
 * @param appFolder its build: `npm install --legacy-peer-deps && npx vite build` in a clone of bitrix24/templates-dashboard-vue
 */
export async function openDashboard(appFolder: string): Promise<{ demo: Demo; place: Place }> {
  const demo = await startDemo({ port: 0, answers: 0, appFolder })
  demo.portal.register(ITS_METHODS)
  // its router knows the folder, not the file
  Object.assign(demo.portal.state.app, { installed: true, handler: `${demo.appUrl}/` })
  return {
    demo,
    place: { name: 'dashboard', userId: ADMINISTRATOR, path: '/marketplace/app/', page: '/', shown: 'span.font-semibold.text-label', figure: true }
  }
}
