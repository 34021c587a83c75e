/** What an inspection of the portal found missing or wrong. The screen words it; `name` says which one, `detail` is technical. */
export interface Finding {
  what:
    | 'typeMissing' | 'typeSetting' | 'pipelineMissing' | 'answersNotDefault'
    | 'fieldMissing' | 'fieldWrongType' | 'fieldUnlabelled' | 'valueMissing'
    | 'stageMissing' | 'addressesMissing' | 'storageMissing'
    | 'widgetMissing' | 'widgetWrong' | 'dutyMissing' | 'dutyNotBound'
  name: string
  detail?: string
}
