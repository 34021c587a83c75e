import { keepRecordsIn } from '../scene'

// the same suite, with deals as records
keepRecordsIn('deals')
await import('../fatigue.spec')
