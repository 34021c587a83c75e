import type { PhpValue } from './php-serialise'

/** Activities that the templates use, as the core's folders call them. */
export type ActivityType =
  | 'SequentialWorkflowActivity' | 'SequenceActivity' | 'ParallelActivity' | 'IfElseActivity' | 'IfElseBranchActivity'
  | 'SetVariableActivity' | 'SetFieldActivity' | 'DelayActivity' | 'LogActivity' | 'StartWorkflowActivity'
  | 'CrmGetDynamicInfoActivity' | 'CrmGetDataEntityActivity' | 'CrmUpdateDynamicActivity' | 'CrmCreateDynamicActivity' | 'CreateCrmDealDocumentActivity'
  | 'GetUserActivity' | 'GetUserInfoActivity'
  | 'CrmTimelineCommentAdd' | 'IMNotifyActivity' | 'Task2Activity' | 'CrmSendEmailActivity' | 'CrmSendSmsActivity'

export interface Activity {
  Type: ActivityType
  Name: string
  Activated: 'Y'
  Properties: { Title: string, [property: string]: PhpValue }
  Children: Activity[]
}

export type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=' | 'contain' | '!contain' | 'empty' | '!empty'

/** One comparison: the field of Document, Variable, Template or of an activity, by its name. */
export interface Test {
  object: string
  field: string
  operator: Operator
  value?: string
}

/** All tests of a group, in any of the groups. */
export type Condition = Test[][]

export const test = (object: string, field: string, operator: Operator, value = ''): Test => ({ object, field, operator, value })
export const isDoc = (field: string, value: string): Test => test('Document', field, '=', value)
export const isVar = (name: string, value: string): Test => test('Variable', name, '=', value)
export const hasVar = (name: string): Test => test('Variable', name, '!empty')
export const lacksVar = (name: string): Test => test('Variable', name, 'empty')
/** The variable is one of these; never empty. */
export const isOneOf = (name: string, values: readonly string[]): Condition => values.map(value => [isVar(name, value)])

/** Where a template runs: module, class of the document, type. */
export type DocumentType = readonly ['crm', string, string]

export const documentTypeOf = (entityTypeId: number): DocumentType => {
  switch (entityTypeId) {
    case 2: return ['crm', 'CCrmDocumentDeal', 'DEAL']
    case 3: return ['crm', 'CCrmDocumentContact', 'CONTACT']
    case 4: return ['crm', 'CCrmDocumentCompany', 'COMPANY']
    default: return ['crm', 'Bitrix\\Crm\\Integration\\BizProc\\Document\\Dynamic', `DYNAMIC_${entityTypeId}`]
  }
}

/** Names that the engine takes for something else than an activity, when they stand first in a pair of texts. */
const OBJECTS = new Set(['Document', 'Template', 'Parameter', 'Variable', 'Constant', 'GlobalConst', 'GlobalVar', 'Workflow', 'User', 'System'])

export interface LookupField { field: string, type: 'string' | 'int' | 'double' | 'datetime' | 'user' | 'select' | 'bool' }

export interface TaskFields {
  title: string
  creator: string
  responsible: string
  description: string
  deadline: string
  links: string
  checklist: readonly string[]
}

/**
 * Makes the activities of one template. Their names are numbers in the order of making: the same plan gives the same names, and two never
 * share one – the import would take it, the start would not (DuplicateActivityName).
 * Properties as in the sources of the activities; every one of them is read unguarded somewhere, so none is left out.
 */
export class Activities {
  private made = 0

  private add(type: ActivityType, title: string, properties: Record<string, PhpValue> = {}, children: Activity[] = []): Activity {
    this.made++
    const name = type === 'SequentialWorkflowActivity' ? 'Template' : `A${String(this.made).padStart(5, '0')}`
    return { Type: type, Name: name, Activated: 'Y', Properties: { Title: title, ...properties }, Children: children }
  }

  root(title: string, children: Activity[]): Activity {
    return this.add('SequentialWorkflowActivity', title, { Permission: [] }, children)
  }

  /** Does `then` when the condition holds. */
  when(title: string, condition: Condition, then: Activity[], otherwise: Activity[] = []): Activity {
    return this.choice(title, [{ title, condition, then }], otherwise)
  }

  /** The first branch whose condition holds; without conditions a branch would always be taken, so each has some. */
  choice(title: string, branches: readonly { title: string, condition: Condition, then: Activity[] }[], otherwise: Activity[] = []): Activity {
    const children = branches.map(({ title: name, condition, then }) =>
      this.add('IfElseBranchActivity', name, { mixedcondition: conditionOf(condition) }, then))
    // A branch that always holds comes last. Without it nothing would be chosen, which is the same but reads like a mistake in the designer.
    return this.add('IfElseActivity', title, {}, [...children, this.add('IfElseBranchActivity', '—', { truecondition: '1' }, otherwise)])
  }

  /**
   * All of them, each from its beginning: what follows begins when every one has ended. The engine takes their activities in turns, those of
   * the first one first – what stands in a later one as deep as in an earlier one comes after it (core: a queue, first in, first out).
   */
  parallel(title: string, branches: readonly Activity[][]): Activity {
    return this.add('ParallelActivity', title, {}, branches.map(children => this.add('SequenceActivity', title, {}, children)))
  }

  /** All values are calculated before the first one is set: what builds on another needs an activity of its own. */
  set(title: string, values: Record<string, string | readonly string[]>): Activity {
    return this.add('SetVariableActivity', title, { VariableValue: values })
  }

  setFields(title: string, values: Record<string, string>): Activity {
    return this.add('SetFieldActivity', title, { FieldValue: values, ModifiedBy: [], MergeMultipleFields: 'N' })
  }

  /** @param amount a number, or an expression that is one */
  wait(title: string, amount: number | string, unit: 's' | 'm' | 'h' | 'd'): Activity {
    return this.add('DelayActivity', title, { TimeoutDuration: String(amount), TimeoutDurationType: unit, TimeoutTime: '', TimeoutTimeIsLocal: 'N', WriteToLog: 'N' })
  }

  waitUntil(title: string, moment: string): Activity {
    return this.add('DelayActivity', title, { TimeoutDuration: '', TimeoutDurationType: 's', TimeoutTime: moment, TimeoutTimeIsLocal: 'N', WriteToLog: 'N' })
  }

  log(title: string, text: string): Activity {
    return this.add('LogActivity', title, { Text: text, SetVariable: '0' })
  }

  /** @param documentId of the record that the other process runs on, e.g. `DEAL_7` */
  start(title: string, templateId: number, documentId: string, parameters: Record<string, string>): Activity {
    if (templateId <= 0) throw new RangeError(`${title}: the process that it starts is not known yet`)
    return this.add('StartWorkflowActivity', title, {
      DocumentId: documentId, TemplateId: String(templateId), TemplateParameters: parameters, UseSubscription: 'N'
    })
  }

  /** First record that matches all of `filter`; there is no order, and an unknown field in the filter is skipped: compare again. Lists cannot be asked for. */
  find(
    title: string, entityTypeId: number, filter: readonly { field: string, operator: '=' | '!=' | '<' | '>' | 'empty' | '!empty', value: string }[], fields: readonly LookupField[]
  ): Activity {
    return this.add('CrmGetDynamicInfoActivity', title, {
      DynamicTypeId: String(entityTypeId),
      DynamicFilterFields: { items: filter.map(({ field, operator, value }) => [{ object: 'Document', field, operator, value }, 'AND']) },
      ReturnFields: fields.map(({ field }) => field),
      DynamicEntityFields: Object.fromEntries(fields.map(({ field, type }) => [field, { Name: field, Type: type, Multiple: false }])),
      OnlyDynamicEntities: 'N'
    })
  }

  /** A deal, contact or company by its id, raw values; nothing for an id that is empty or gone. */
  card(title: string, type: 'DEAL' | 'CONTACT' | 'COMPANY', id: string, fields: readonly string[], document: DocumentType): Activity {
    return this.add('CrmGetDataEntityActivity', title, {
      DocumentType: [...document], EntityId: id, EntityType: type,
      EntityFields: Object.fromEntries(fields.map(field => [field, { Name: field, Type: 'string' }])), PrintableVersion: 'N'
    })
  }

  updateRecord(title: string, entityTypeId: number, id: string, values: Record<string, string>): Activity {
    return this.add('CrmUpdateDynamicActivity', title, {
      DynamicTypeId: String(entityTypeId), DynamicId: id,
      DynamicFilterFields: { items: [[{ object: 'Document', field: 'ID', operator: '=', value: id }, 'AND']] },
      DynamicEntitiesFields: values
    })
  }

  createRecord(title: string, entityTypeId: number, values: Record<string, string>): Activity {
    return this.add('CrmCreateDynamicActivity', title, {
      DynamicTypeId: String(entityTypeId),
      DynamicEntitiesFields: Object.fromEntries(Object.entries(values).map(([field, value]) => [`${entityTypeId}_${field}`, value])),
      OnlyDynamicEntities: 'N'
    })
  }

  /** `DealId` */
  createDeal(title: string, values: Record<string, string>): Activity {
    return this.add('CreateCrmDealDocumentActivity', title, { Fields: values })
  }

  /** Who is above the person, the nearest first; the person where nobody is; empty when he works here no more. */
  supervisor(title: string, user: string): Activity {
    return this.add('GetUserActivity', title, {
      UserType: 'boss', UserParameter: [user], ReserveUserParameter: [user], MaxLevel: '10',
      SkipAbsent: 'N', SkipAbsentReserve: 'N', SkipTimeman: 'N', SkipTimemanReserve: 'N'
    })
  }

  /**
   * `GetUser` is the person while he works here, else empty. Of all activities this one asks for active people only (its `getActiveUsers`);
   * USER_ACTIVE of GetUserInfoActivity is Y for everybody.
   * @param nobody reference to something that is empty: import wants a reserve to be named
   */
  activePerson(title: string, user: string, nobody: string): Activity {
    return this.add('GetUserActivity', title, {
      UserType: 'random', UserParameter: [user], ReserveUserParameter: [nobody], MaxLevel: '1',
      SkipAbsent: 'N', SkipAbsentReserve: 'N', SkipTimeman: 'N', SkipTimemanReserve: 'N'
    })
  }

  /** USER_NAME, USER_LAST_NAME, USER_EMAIL. */
  personInfo(title: string, user: string): Activity {
    return this.add('GetUserInfoActivity', title, {
      GetUser: [user],
      UserFields: Object.fromEntries(['USER_NAME', 'USER_LAST_NAME', 'USER_EMAIL'].map(field => [field, { Name: field, Type: 'string' }]))
    })
  }

  comment(title: string, text: string, author: string): Activity {
    return this.add('CrmTimelineCommentAdd', title, { CommentText: text, CommentUser: [author] })
  }

  notify(title: string, from: string, to: string, text: string): Activity {
    return this.add('IMNotifyActivity', title, { MessageUserFrom: [from], MessageUserTo: [to], MessageSite: text, MessageOut: '', MessageType: '4' })
  }

  /** Waits until the task is completed or deleted; `TaskId` is there as soon as it is given, `ClosedDate` when it was completed. */
  task(title: string, fields: TaskFields): Activity {
    return this.add('Task2Activity', title, {
      Fields: {
        TITLE: fields.title, CREATED_BY: [fields.creator], RESPONSIBLE_ID: [fields.responsible], ACCOMPLICES: [], AUDITORS: [],
        DESCRIPTION: fields.description, DEADLINE: fields.deadline, ALLOW_TIME_TRACKING: 'N', UF_CRM_TASK: [fields.links]
      },
      // Flags, not letters: older cores take 'N' for true.
      HoldToClose: true, AUTO_LINK_TO_CRM_ENTITY: false, AsChildTask: 0, CheckListItems: listOfTexts(fields.checklist),
      TimeEstimateHour: '', TimeEstimateMin: ''
    })
  }

  /** To the client of the record. @param from `Name <address>`, '' = the mailbox of the responsible person */
  mail(title: string, subject: string, html: string, from: string): Activity {
    return this.add('CrmSendEmailActivity', title, {
      Subject: subject, MessageText: html, MessageTextType: 'html', MessageTextEncoded: 0, MessageFrom: from,
      EmailType: '', EmailSelectRule: 'first', UseLinkTracker: 'N', AttachmentType: 'file', Attachment: []
    })
  }

  sms(title: string, text: string): Activity {
    return this.add('CrmSendSmsActivity', title, {
      MessageText: text, ProviderId: ':default:', RecipientType: 'entity', RecipientUser: [], PhoneType: ''
    })
  }
}

/** Groups are joined by OR, the tests of a group by AND; the joiner of a test says how it hangs on the ones before it. */
function conditionOf(condition: Condition): PhpValue {
  return condition.flatMap((group, groupIndex) => group.map(({ object, field, operator, value = '' }, index) =>
    ({ object, field, operator, value, joiner: groupIndex > 0 && index === 0 ? 1 : 0 })))
}

/** The engine takes a list of two texts for a reference [object, field] when the first one names an object. */
function listOfTexts(items: readonly string[]): string[] {
  const [first] = items
  return items.length === 2 && first !== undefined && OBJECTS.has(first) ? [`${first}.`, ...items.slice(1)] : [...items]
}
