import { isoOf } from '../../clock'
import { mayRecord } from '../../rights'
import type { Comment } from '../../state'
import { orderOf, pageOf, type Column } from '../filter'
import { intOf, listOf, recordOf, refused, RestError, textOf, type MethodTable } from '../handler'
import { entityTypeByName, entityTypeName, itemOf, nextId } from '../records'

const commentRow = (comment: Comment): Record<string, unknown> => ({
  ID: String(comment.id), ENTITY_ID: String(comment.entityId), ENTITY_TYPE: comment.entityType, CREATED: comment.created,
  COMMENT: comment.comment, AUTHOR_ID: String(comment.authorId), FILES: {}
})

const COMMENT_COLUMNS: Record<string, Column<Comment>> = {
  ID: { kind: 'number', value: comment => comment.id },
  CREATED: { kind: 'moment', value: comment => comment.created },
  AUTHOR_ID: { kind: 'number', value: comment => comment.authorId }
}

export const timelineMethods: MethodTable = {
  // api-reference/crm/timeline/comments/crm-timeline-comment-add.md
  'crm.timeline.comment.add': ({ portal, params, user }) => {
    const fields = recordOf(params.fields)
    const entityTypeId = entityTypeByName(textOf(fields.ENTITY_TYPE))
    const item = itemOf(portal.state, entityTypeId, intOf(fields.ENTITY_ID))
    if (!item) throw new RestError('OWNER_NOT_FOUND', 'Owner not found')
    if (!mayRecord(portal.state, user, 'update', item)) throw refused('ACCESS_DENIED', 'Access denied')
    const id = nextId(portal.state, 'comment')
    portal.state.comments.push({ id, entityType: entityTypeName(entityTypeId), entityId: item.id, comment: textOf(fields.COMMENT),
      authorId: user.id, created: isoOf(portal.now()) })
    return { result: id }
  },
  // api-reference/crm/timeline/comments/crm-timeline-comment-delete.md; the page answers null
  'crm.timeline.comment.delete': ({ portal: { state }, params, user }) => {
    const index = state.comments.findIndex(comment => comment.id === intOf(params.id))
    const comment = state.comments[index]
    if (!comment) throw new RestError('NOT_FOUND', 'Not found.')
    const foreign = (params.ownerId !== undefined && intOf(params.ownerId) !== comment.entityId)
      || (params.ownerTypeId !== undefined && entityTypeName(intOf(params.ownerTypeId)) !== comment.entityType)
    if (foreign) throw new RestError('OWNER_NOT_FOUND', 'Owner not found')
    const item = itemOf(state, entityTypeByName(comment.entityType), comment.entityId)
    if (!item || !mayRecord(state, user, 'update', item)) throw refused('ACCESS_DENIED', 'Access denied')
    state.comments.splice(index, 1)
    return { result: null }
  },
  // api-reference/crm/timeline/comments/crm-timeline-comment-list.md
  'crm.timeline.comment.list': ({ portal: { state }, params, user, log }) => {
    const { ENTITY_ID: entityId, ENTITY_TYPE: entityType, ...others } = recordOf(params.filter)
    for (const key of Object.keys(others)) log(`unknown key filter.${key}`)
    if (entityId === undefined || entityType === undefined) throw new RestError('', 'Access denied.', 400, {}, 'rule')
    const item = itemOf(state, entityTypeByName(textOf(entityType)), intOf(entityId))
    if (!item || !mayRecord(state, user, 'read', item)) throw refused('', 'Access denied.')
    const name = entityTypeName(item.entityTypeId)
    const rows = state.comments.filter(comment => comment.entityType === name && comment.entityId === item.id)
      .sort(orderOf<Comment>(params.order, key => COMMENT_COLUMNS[key], comment => comment.id))
    const page = pageOf(rows, params.start)
    const select = listOf(params.select).map(String)
    const result = page.rows.map(commentRow).map(row => select.length
      ? Object.fromEntries(Object.entries(row).filter(([key]) => select.includes(key))) : row)
    return { result, total: page.total, ...(page.next ? { next: page.next } : {}) }
  }
}
