/** Another survey that is proposed already where this one is going to be. */
export interface Rival {
  /** null: wherever no survey is chosen */
  pipeline: number | null
  name: string
  /** whether the other one goes on being proposed */
  wins: boolean
}
