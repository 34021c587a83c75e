/**
 * What a fill of the form says in FB_ANSWERS when it is no answer but a wish: to get no more mail, or to be called back (phone and time then stand
 * in FB_COMMENT). No question has such an id, so no answer looks like it; the portal's processes compare it letter by letter.
 */
export const OPT_OUT_FILL = '{"@":"optOut"}'
export const CALL_BACK_FILL = '{"@":"callBack"}'

/** @param answersJson FB_ANSWERS as posted */
export const isOptOut = (answersJson: string): boolean => answersJson === OPT_OUT_FILL
/** @param answersJson FB_ANSWERS as posted */
export const isCallBack = (answersJson: string): boolean => answersJson === CALL_BACK_FILL

/** Is it no answer? @param answersJson FB_ANSWERS as posted */
export const isWish = (answersJson: string): boolean => isOptOut(answersJson) || isCallBack(answersJson)
