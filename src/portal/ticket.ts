import type { Command } from './client'
import { DEAL } from './fields'

/**
 * A ticket makes a batch happen at most once although the portal has no compare-and-set: a comment on a record, which the batch deletes as
 * its first command. A batch that comes a second time, from whomever, finds no ticket, is answered NOT_FOUND and stops there; and after a
 * lost reply the ticket tells whether the batch ran. (Page: crm/timeline/comments/crm-timeline-comment-delete)
 */

/** The record that carries tickets. */
export interface Holder {
  entityTypeId: number
  id: number
}

/** A row of crm.timeline.comment.list as `commentsOf` asks for it. */
export interface CommentRow {
  ID: string
  COMMENT: string
  /** ISO 8601, by the portal's clock */
  CREATED: string
}

/** Writes a comment that is a sign for the app; its result is the comment's id. `id` may be a `ref`. */
export function addMark({ entityTypeId, id }: { entityTypeId: number, id: unknown }, mark: string): Command {
  return { method: 'crm.timeline.comment.add', params: { fields: { ENTITY_ID: id, ENTITY_TYPE: timelineType(entityTypeId), COMMENT: mark } } }
}

/** Takes a comment of a record away; 'notFound' when it is gone. `id` may be a `ref`. */
export function removeMark(holder: Holder, id: unknown): Command {
  return { method: 'crm.timeline.comment.delete', params: { id, ownerTypeId: holder.entityTypeId, ownerId: holder.id } }
}

/** Newest fifty comments; `entityType` as the timeline names it, e.g. `deal`, `dynamic_1038`. */
export function commentsOf(entityType: string, id: number): Command {
  return {
    method: 'crm.timeline.comment.list',
    params: { filter: { ENTITY_ID: id, ENTITY_TYPE: entityType }, select: ['ID', 'COMMENT', 'CREATED'], order: { ID: 'DESC' } }
  }
}

/** Comments of a record that can carry tickets. */
export const marksOf = (holder: Holder): Command => commentsOf(timelineType(holder.entityTypeId), holder.id)

const timelineType = (entityTypeId: number): string => entityTypeId === DEAL ? 'deal' : `dynamic_${entityTypeId}`

/** The ticket to use: the lowest id, so that all who look at the same moment use the same one. */
export function ticketIn(rows: readonly CommentRow[], mark: string): number | null {
  const ids = rows.filter(({ COMMENT }) => COMMENT === mark).map(({ ID }) => Number(ID))
  return ids.length === 0 ? null : Math.min(...ids)
}
