import type { MethodTable } from '../handler'
import { activityMethods } from './activity'
import { appMethods } from './app'
import { catalogueMethods } from './catalogue'
import { historyMethods } from './history'
import { itemMethods } from './item'
import { notificationMethods } from './notification'
import { openLineMethods } from './open-line'
import { placementMethods } from './placement'
import { storageMethods } from './storage'
import { taskMethods } from './task'
import { timelineMethods } from './timeline'
import { userFieldMethods } from './user-field'
import { userMethods } from './user'

/** Everything the portal serves, except what is registered later (forms). */
export const builtInMethods: MethodTable = {
  ...appMethods, ...userMethods, ...placementMethods, ...catalogueMethods, ...userFieldMethods, ...itemMethods, ...activityMethods,
  ...timelineMethods, ...notificationMethods, ...historyMethods, ...openLineMethods,
  ...taskMethods, ...storageMethods
}
