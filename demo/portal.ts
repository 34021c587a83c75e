import { randomUUID } from 'node:crypto'
import { isoOf } from './clock'
import { Workflows } from './engine/engine'
import { dispatch, type Door } from './rest/dispatch'
import type { MethodTable } from './rest/handler'
import { Limits } from './rest/limits'
import { builtInMethods } from './rest/methods/index'
import { createRecord, nextId } from './rest/records'
import { seedAnswers } from './seed/answers'
import { seedChats } from './seed/chats'
import { seedCrm } from './seed/crm'
import type { Caller, DemoPortal, State, Switches } from './state'

const SCOPES = ['crm', 'placement', 'userfieldconfig', 'user_basic', 'department', 'im', 'task', 'entity', 'bizproc', 'imopenlines']

const DEFAULTS: Switches = {
  smartProcesses: true, dealPipelines: null, undocumented: true, formWritesNothing: false, foreignTaskCreatorRefused: true, limits: false, latency: 0,
  documentedLatency: false,
  tokenLife: 3600, mailFails: false, workflows: true, workflowDelayMinimum: 0, smsProvider: true,
  unreadableClientRefused: false
}

function emptyState(): State {
  return {
    users: [], departments: [], items: new Map(), types: [], categories: [], statuses: [], userFields: [], activities: [], outbox: [],
    comments: [], notifications: [], tasks: [], placements: [], storages: [], forms: [], formResults: [], stageHistory: [], mailboxes: [], sms: [], chats: [],
    workflowTemplates: [], workflows: [],
    app: { id: 7, code: 'local.5f0c1d27a9b384.61842077', installed: false, handler: '', options: {}, userOptions: {} }, counters: {}
  }
}

export interface PortalOptions { now?: () => Date; origin?: string; switches?: Partial<Switches>; seed?: boolean }

/** A portal in memory. With `seed: false` it has no employees and no records: nobody can call it until a test adds them. */
export function createPortal(options: PortalOptions = {}): DemoPortal {
  const clock = options.now ?? (() => new Date())
  const state = emptyState()
  const table: MethodTable = { ...builtInMethods }
  const limits = new Limits()
  const tokens = new Map<string, { userId: number; until: number }>()
  let fixed: Date | null = null
  let ahead = 0

  const portal: DemoPortal = {
    workflows: new Workflows(() => portal),
    state, switches: { ...DEFAULTS, ...options.switches }, faults: [], contractLog: [], requests: [],
    origin: options.origin ?? 'http://localhost:8130', webhookSecret: 'demo0feedback0secret',
    now: () => new Date((fixed ?? clock()).getTime() + ahead),
    setNow: date => { fixed = date; ahead = 0 },
    call: (caller, method, params) => Promise.resolve(dispatch(door, caller, method, params)),
    // time has gone on since the moment was worked out: the clock is never put back
    advance: milliseconds => portal.workflows.advance(milliseconds, to => { ahead += Math.max(0, to - portal.now().getTime()) }),
    register: methods => { Object.assign(table, methods) },
    methods: () => [...Object.keys(table), 'batch'].sort(),
    chargeOperating: (method, seconds) => limits.charge(method, seconds, portal.now().getTime()),
    issueToken: userId => {
      const token = randomUUID().replaceAll('-', '')
      tokens.set(token, { userId, until: portal.now().getTime() + portal.switches.tokenLife * 1000 })
      return { AUTH_ID: token, REFRESH_ID: randomUUID().replaceAll('-', ''), AUTH_EXPIRES: String(portal.switches.tokenLife) }
    },
    callerOfToken: token => {
      const known = tokens.get(token)
      if (!known) return null
      return portal.now().getTime() >= known.until ? 'expired' : { userId: known.userId, context: 'application', scopes: SCOPES }
    },
    callerOfWebhook: (userId, secret): Caller | null =>
      secret === portal.webhookSecret && state.users.some(user => user.id === userId && user.active)
        ? { userId, context: 'webhook', scopes: SCOPES } : null,
    createItem: (entityTypeId, fields, byUserId) => createRecord(portal, entityTypeId, fields, byUserId),
    notify: (userId, fromUserId, message) => {
      state.notifications.push({ id: nextId(state, 'notification'), userId, fromUserId, type: 'SYSTEM', message, tag: null, subTag: null,
        created: isoOf(portal.now()), read: false })
    },
    seedAnswers: count => portal.workflows.quietly(() => seedAnswers(portal, count)),
    snapshot: () => structuredClone(state)
  }
  const door: Door = { portal, methods: table, limits }
  if (options.seed !== false) {
    seedCrm(portal)
    seedChats(portal)
  }
  return portal
}
