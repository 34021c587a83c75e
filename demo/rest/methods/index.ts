import type { MethodTable } from '../handler'
import { appMethods } from './app'
import { itemMethods } from './item'
import { userMethods } from './user'

/** Everything the portal serves, except what is registered later (forms). */
export const builtInMethods: MethodTable = { ...appMethods, ...userMethods, ...itemMethods }
