import { ID_BYTES, surveyIdFrom } from '@/survey/model/new-survey'

/** A new id for every survey that somebody wants; pressed again, or after a lost reply, the same one is used. */
export const newSurveyId = (): string => surveyIdFrom(crypto.getRandomValues(new Uint8Array(ID_BYTES)))
