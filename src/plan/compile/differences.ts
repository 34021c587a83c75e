/**
 * In what the portal's processes may differ from the interpreted plan. Everything else is equal; the differential tests hold to this list.
 * A case whose tasks are done is closed by its process in the same moment, by the app at the duty person's next look; what it leaves is the same.
 */
export const PERMITTED_DIFFERENCES = {
  /** FB_LEDGER says `true` for comments and notices: a process does not learn their ids. Somebody whom the portal does not know counts as dismissed. */
  ledger: 'FB_LEDGER',
  /** FB_BY is `engine`; comments and notices are by the duty person, tasks in the supervisor's name whoever handles. */
  author: 'FB_BY',
  /**
   * A follow-up mail stands in the timeline of the answer, whose client gets it; the interpreter writes it into the deal. It has no ORIGIN_ID,
   * and the sender's signature below.
   */
  mailPlace: 'mail',
  /**
   * In comments, tasks and notices `{=` of a customer is `{ =`. Answers that belong to no question of the survey, and control signs, are read
   * in the answer only. A comment that the app copies from a question has a mark inside `$result`, which its batches would take for a reference.
   */
  words: 'text',
  /** Cut texts are cut at characters, not at UTF-16 units: an emoji counts once. */
  cut: 'length'
} as const
