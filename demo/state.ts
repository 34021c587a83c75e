import type { Workflows } from './engine/engine'
import type { MethodHandler } from './rest/handler'

/**
 * What the demo portal keeps, as the portal's documentation describes it. Plain collections; the REST handlers,
 * the form endpoints and the pages all read and write the same ones. Dates are ISO 8601 strings with offset.
 */

export type Role = 'administrator' | 'all' | 'department' | 'own'

export interface User {
  id: number
  active: boolean
  admin: boolean
  /** CRM role: which records this person may read, change, add and delete. */
  role: Role
  name: string
  lastName: string
  email: string
  position: string
  departments: number[]
  lang: string
  timeZone: string
}

export interface Department { id: number; name: string; parent: number | null; head: number | null }

/** A CRM record of any type: fields under their UPPER_CASE column names (TITLE, STAGE_ID, UF_CRM_5_FB_TOKEN, PARENT_ID_2 …). */
export interface Item {
  id: number
  entityTypeId: number
  fields: Record<string, unknown>
  /** Phones, e-mails: contacts and companies only. */
  fm: { id: number; typeId: 'PHONE' | 'EMAIL'; valueType: string; value: string }[]
}

export interface ItemType {
  id: number; entityTypeId: number; title: string; fields: Record<string, unknown>; createdBy: number; createdTime: string
  updatedTime: string
}
export interface Category { id: number; entityTypeId: number; name: string; sort: number; isDefault: boolean }
export interface Status {
  id: number; entityId: string; statusId: string; name: string; sort: number; system: boolean; categoryId: number | null
  color: string; semantics: '' | 'S' | 'F'
}
export interface EnumItem { id: number; value: string; def: boolean; sort: number; xmlId: string }
export interface UserField {
  id: number; entityId: string; fieldName: string; userTypeId: string; multiple: boolean; mandatory: boolean; xmlId: string | null; sort: number
  settings: Record<string, unknown>; editFormLabel: Record<string, string>; helpMessage: Record<string, string>; enum: EnumItem[]
}
export interface Binding { ownerTypeId: number; ownerId: number }
export interface Activity { id: number; ownerTypeId: number; ownerId: number; fields: Record<string, unknown>; bindings: Binding[] }
export interface Mail {
  id: number; activityId: number | null; from: string; to: string; subject: string; html: string; text: string; sentAt: string
  originId: string | null
}
export interface Comment { id: number; entityType: string; entityId: number; comment: string; authorId: number; created: string }
export interface Notification {
  id: number; userId: number; fromUserId: number; type: 'USER' | 'SYSTEM'; message: string; tag: string | null
  subTag: string | null; created: string; read: boolean
}
export interface Task { id: number; fields: Record<string, unknown>; created: string }
export interface Placement {
  placement: string; handler: string; title: string; langAll: Record<string, { TITLE?: string }>; options: Record<string, unknown>
  userId: number | null
}
export interface StorageItem {
  id: number; name: string; properties: Record<string, string>; createdBy: number; modifiedBy: number; created: string
  modified: string; sort: number; active: boolean
}
export interface StorageProperty { id: number; property: string; name: string; type: 'S' | 'N' | 'F' }
export interface Storage {
  id: number; entity: string; name: string; access: Record<string, 'R' | 'W' | 'X'>; properties: StorageProperty[]; items: StorageItem[]
}

/** A CRM form, in the shape of its options (facts 46–50). */
export interface CrmForm { id: number; name: string; sec: string; active: boolean; options: Record<string, unknown>; created: string; savedBy: number }
export interface FormResult {
  id: number; formId: number; created: string; values: Record<string, unknown>; properties: Record<string, string>
  itemIds: { entityTypeId: number; id: number }[]
}
export interface StageHistory {
  id: number; entityTypeId: number; ownerId: number; typeId: 1 | 2 | 3 | 5; createdTime: string; categoryId: number
  stageId: string; semantic: 'P' | 'S' | 'F'
}

/** A business-process template as the import left it. */
export interface WorkflowTemplate {
  id: number; entityTypeId: number; name: string; description: string
  /** 0 by hand, 1 on creation, 2 on change, 3 both */
  autoExecute: number
  tree: unknown[]; parameters: Record<string, unknown>; variables: Record<string, unknown>; constants: Record<string, unknown>
  userId: number; systemCode: string; modified: string
}

/** One run of a template on one record. */
export interface Workflow {
  id: string; templateId: number; templateName: string; entityTypeId: number; itemId: number; started: string; startedBy: number; modified: string
  status: 'running' | 'completed' | 'terminated' | 'faulted'
  title: string
  /** what it waits for; null when it does not wait, or not for a time */
  waitsFor: string; wakesAt: string | null
  log: { at: string; kind: 'step' | 'report' | 'error' | 'end'; activity: string; text: string }[]
}

export interface Sms { id: number; to: string; text: string; provider: string; sentAt: string }

/** `authorId`: 0 = the portal itself; the client has an id that is no employee's */
export interface ChatMessage { id: number; authorId: number; date: string; text: string }

/** A dialog of an open line. */
export interface Chat {
  id: number; connectorId: string; connectorTitle: string; name: string; lineId: number
  /** records of the CRM that it belongs to; 0 = none */
  lead: number; company: number; contact: number; deal: number
  clientId: number; operators: number[]
  /** false: somebody has ended the dialog */
  active: boolean
  created: string; messages: ChatMessage[]
}

export interface Mailbox { userId: number | null; email: string; name: string }

export interface App {
  id: number
  /** client_id of a local application, used as application code in REST_APP_URI links. */
  code: string
  installed: boolean
  handler: string
  options: Record<string, string>
  userOptions: Record<number, Record<string, string>>
}

export interface State {
  users: User[]
  departments: Department[]
  /** entityTypeId → id → record. 2 deals, 3 contacts, 4 companies, and the smart processes. */
  items: Map<number, Map<number, Item>>
  types: ItemType[]
  categories: Category[]
  statuses: Status[]
  userFields: UserField[]
  activities: Activity[]
  outbox: Mail[]
  comments: Comment[]
  notifications: Notification[]
  tasks: Task[]
  placements: Placement[]
  storages: Storage[]
  forms: CrmForm[]
  formResults: FormResult[]
  stageHistory: StageHistory[]
  mailboxes: Mailbox[]
  sms: Sms[]
  chats: Chat[]
  workflowTemplates: WorkflowTemplate[]
  workflows: Workflow[]
  app: App
  /** last id handed out per collection */
  counters: Record<string, number>
}

/** Behaviours that differ between portals, plans and times; each can be switched in a test and by the command line. */
export interface Switches {
  /** plan with smart processes; without: CREATE_DYNAMIC_TYPE_RESTRICTED */
  smartProcesses: boolean
  /** how many pipelines of deals the plan has; null = any number. Which error the portal gives then is not documented */
  dealPipelines: number | null
  /** undocumented crm.form.* and crm.webform.list answer; false = ERROR_METHOD_NOT_FOUND (--no-undocumented) */
  undocumented: boolean
  /** a form that writes no record but still returns a resultId */
  formWritesNothing: boolean
  /** tasks.task.add with a foreign CREATED_BY by somebody who is neither administrator nor the responsible: refused (default true) */
  foreignTaskCreatorRefused: boolean
  /** leaky bucket and operating time (off in most tests) */
  limits: boolean
  /** milliseconds every reply waits */
  latency: number
  /** besides, replies take as long as in the documentation's measurement */
  documentedLatency: boolean
  /** life of an access token in seconds */
  tokenLife: number
  /** mail sending fails after the activity exists */
  mailFails: boolean
  /** plan with business processes; without: the methods do not exist and nothing starts */
  workflows: boolean
  /** the shortest pause of a process, in seconds */
  workflowDelayMinimum: number
  /** a provider of SMS is connected */
  smsProvider: boolean
  /** crm.item.add with a contact or company that the caller may not read: true = refused, false = the client is silently left out */
  unreadableClientRefused: boolean
}

/** A named fault, taken by the next matching requests. */
export interface Fault {
  kind: 'lost-before' | 'reply-lost' | '503' | '401' | 'executed-twice' | 'timeout' | 'method-error'
  /** method name (exact) or 'batch'; for a fault inside a batch use `inside` */
  method: string
  /** hit only the n-th matching request from now (1 = next); then it is used up unless `times` */
  nth?: number
  times?: number
  /** for method-error */
  error?: string
  description?: string
}

/**
 * `rule`: the call broke something that its author could know (unknown key, wrong type, missing parameter, application
 * context, administrator's method). `refusal`: the call was well formed and the caller's CRM role did not allow it, or it stood in a
 * batch and referred to something that an earlier command did not find; an app cannot always know that beforehand, so a
 * run may contain refusals and still be clean.
 */
export interface ContractLine { at: string; kind: 'rule' | 'refusal'; method: string; userId: number; problem: string; params: unknown }

/** Who calls: resolved from the access token (frame) or the webhook address. */
export interface Caller { userId: number; context: 'application' | 'webhook'; scopes: string[] }

export interface RestReply { status: number; body: Record<string, unknown> }

export interface DemoPortal {
  state: State
  switches: Switches
  faults: Fault[]
  /** every call that broke a documented rule, or relied on something undocumented without being listed as observed */
  contractLog: ContractLine[]
  /** every request over HTTP, in order: method, user, batch members, status */
  requests: { method: string; userId: number; members?: string[]; status: number }[]
  /** the portal's clock; tests may set it */
  now(): Date
  setNow(date: Date | null): void
  origin: string
  /**
   * Runs one REST request through the portal's whole door: scope, context, rights, contract check, batch, limits and method errors.
   * Faults of the wire are played by the HTTP layer (`takeFault`).
   */
  call(caller: Caller, method: string, params: Record<string, unknown>): Promise<RestReply>
  /** adds methods to the dispatcher's table (form methods live in demo/forms) */
  register(methods: Record<string, MethodHandler>): void
  /** names of all served methods, registered ones included */
  methods(): string[]
  /** adds seconds to the operating time of a method, as a slow call would (switch `limits`) */
  chargeOperating(method: string, seconds: number): void
  /** access tokens of frames */
  issueToken(userId: number): { AUTH_ID: string; REFRESH_ID: string; AUTH_EXPIRES: string }
  callerOfToken(token: string): Caller | 'expired' | null
  /** incoming webhook /rest/<user>/<secret>/<method>; the secret is the same for all users of the demo */
  callerOfWebhook(userId: number, secret: string): Caller | null
  webhookSecret: string
  /** creates a record as the portal itself does (forms, seed): ids, defaults, stage of the category, history, no rights check */
  createItem(entityTypeId: number, fields: Record<string, unknown>, byUserId: number): Item
  /** business processes */
  workflows: Workflows
  /**
   * Moves the portal's clock forward and runs the processes that wake up on the way, each at its own time. Their pauses end in no other way: real
   * time alone wakes nothing.
   */
  advance(milliseconds: number): void
  /** sends a notification as the portal itself does */
  notify(userId: number, fromUserId: number, message: string): void
  /** puts answers and invitations of thirteen months into the store that the installed app made, by the field codes it finds */
  seedAnswers(count: number): number
  /** copy of all collections, for comparing two portals in tests; generated ids and times are kept */
  snapshot(): State
}
