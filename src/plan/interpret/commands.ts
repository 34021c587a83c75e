import type { Effect, EffectOf } from '@/plan/model/effects'
import { CARD_TYPES } from '@/plan/store'
import { ref } from '@/portal/batch-command'
import type { Command } from '@/portal/client'
import { dealLink, toWire, toWireNative, updateItem } from '@/portal/items'
import { sendMail } from '@/portal/mail'
import { taskLinkOf, type RecordStore } from '@/portal/record-store'
import { textToHtml } from '@/survey/model/html'
import { directionOf, tagOf } from '@/survey/model/language'

/** ORIGIN_ID of a mail that follows an answer: found again before anything is sent twice. */
export const originOf = (answerId: number, key: string): string => `answer-${answerId}/${key}`

const SNAPSHOT_FIELDS = ['FB_SNAP1', 'FB_SNAP2', 'FB_SNAP3', 'FB_SNAP4', 'FB_SNAP5'] as const

/** What an effect needs to become commands. */
export interface Target {
  answerId: number
  /** ISO 8601: time of mails */
  now: string
  /** what the answer's FB_BY says from now on */
  by: string
}

/**
 * The commands of one effect. The first one is the effect itself and called `name`; others hang on it.
 * Effects that are only noted, and the hand-over, which `runEffects` does at the end, have none.
 */
export function commandsFor(store: RecordStore, at: Target, effect: Effect, name: string): Record<string, Command> {
  switch (effect.kind) {
    case 'fields': {
      const { title, ownerId, dealId, contactId, companyId, flag, group, value, score, coefficient, channel, stage, sum, askedBy, sentAt } = effect.fields
      const { comment, snapshots } = effect.fields
      return {
        [name]: updateItem(store.entityTypeId, at.answerId, {
          title,
          assignedById: ownerId,
          ...(dealId === null ? {} : dealLink(store, dealId)),
          ...(contactId === null ? {} : { contactId }),
          ...(companyId === null ? {} : { companyId }),
          ...toWire(store, {
            FB_FLAG: flag, FB_GROUP: group, FB_VALUE: value, FB_SCORE: score, FB_COEFFICIENT: coefficient, FB_CHANNEL: channel,
            FB_STAGE: stage, FB_SUM: sum, FB_ASKED_BY: askedBy, FB_SENT_AT: sentAt, FB_BY: at.by,
            ...(comment === null ? {} : { FB_COMMENT: comment }),
            ...Object.fromEntries(SNAPSHOT_FIELDS.flatMap((field, index) => snapshots[index] ? [[field, snapshots[index].text]] : []))
          })
        })
      }
    }
    case 'lastScore':
      return {
        [name]: updateItem(effect.entityTypeId, effect.id,
          toWireNative(store, effect.entityTypeId, { FB_LAST_SCORE: effect.score, FB_LAST_GROUP: effect.group, FB_LAST_AT: effect.at }))
      }
    case 'answeredInvitation':
      return { [name]: updateItem(store.entityTypeId, effect.invitationId, { stageId: store.invitationStages.answered }) }
    case 'stopInvitation':
      return {
        [name]: updateItem(store.entityTypeId, effect.invitationId, {
          stageId: store.invitationStages.stopped, ...toWire(store, { FB_STATE: 'cancelled', FB_WHY: 'optedOut' })
        })
      }
    case 'optOut':
      return { [name]: updateItem(effect.entityTypeId, effect.id, toWireNative(store, effect.entityTypeId, { FB_OPT_OUT: true })) }
    case 'setField':
      return { [name]: updateItem(CARD_TYPES[effect.card], effect.id, { [effect.field]: effect.value }) }
    case 'dealStage':
      return { [name]: updateItem(CARD_TYPES.deal, effect.dealId, { stageId: effect.stage }) }
    case 'comment':
      return { [name]: { method: 'crm.timeline.comment.add', params: { fields: { ENTITY_TYPE: 'deal', ENTITY_ID: effect.dealId, COMMENT: effect.text } } } }
    case 'notify':
      return {
        [name]: {
          method: 'im.notify.personal.add',
          params: { USER_ID: effect.userId, MESSAGE: effect.text, TAG: `fb-answer-${at.answerId}-${effect.userId}` }
        }
      }
    case 'task':
      return taskCommands(store, at, effect, name)
    case 'mail':
      return { [name]: mailCommand(at, effect) }
    case 'responsible':
      return { [name]: updateItem(store.entityTypeId, at.answerId, { assignedById: effect.userId }) }
    case 'impossible':
    case 'handOver':
      return {}
  }
}

function taskCommands(store: RecordStore, at: Target, task: EffectOf<'task'>, name: string): Record<string, Command> {
  const links = [['D', task.dealId], ['C', task.contactId], ['CO', task.companyId]] as const
  const bound = links.flatMap(([code, id]) => id === null ? [] : [`${code}_${id}`])
  const items = task.checklist.map((title, index): [string, Command] => [`${name}item${index}`, {
    // The portal reads these two by position: TASKID first.
    method: 'task.checklistitem.add', params: { TASKID: ref(name, 'task', 'id'), FIELDS: { TITLE: title } }
  }])
  return {
    [name]: {
      method: 'tasks.task.add',
      params: {
        fields: {
          TITLE: task.title,
          DESCRIPTION: task.description,
          RESPONSIBLE_ID: task.responsibleId,
          CREATED_BY: task.creatorId,
          ...(task.auditors.length > 0 ? { AUDITORS: task.auditors } : {}),
          DEADLINE: task.deadline,
          UF_CRM_TASK: [taskLinkOf(store, at.answerId), ...bound]
        }
      }
    },
    ...Object.fromEntries(items)
  }
}

function mailCommand(at: Target, { from, to, owner, lang, subject, body, key }: EffectOf<'mail'>): Command {
  const html = `<div lang="${tagOf(lang)}" dir="${directionOf(lang)}">${textToHtml(body)}</div>`
  return sendMail({ owner, to, from, subject, html, origin: originOf(at.answerId, key), at: at.now })
}
