/**
 * What a fill of the form says in FB_ANSWERS when it is no answer but the wish to get no more mail. No question has such an id, so no answer looks
 * like it; the portal's processes compare it letter by letter.
 */
export const OPT_OUT_FILL = '{"@":"optOut"}'

/** @param answersJson FB_ANSWERS as posted */
export const isOptOut = (answersJson: string): boolean => answersJson === OPT_OUT_FILL
