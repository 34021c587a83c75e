import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { exampleInput, exampleSurvey, FULL_PLAN, IDS, REMINDERS } from '../compile-example'
import { compileTemplate, templateOf } from '@/plan/compile/compile'
import { TEMPLATE_KEYS } from '@/plan/compile/input'
import { serialise, unserialise, type PhpKey, type PhpRead } from '@/plan/compile/php-serialise'
import { templateText } from '@/plan/compile/template'
import { TEMPLATE_IDS } from '@/survey/model/template'

const isThere = spawnSync('php', ['--version']).status === 0
// In CI it is installed; elsewhere somebody should at least read that nothing was checked.
if (!isThere) console.warn('\n*** PHP is not installed: nothing is checked against the real unserialize(). apt-get install php-cli ***\n')
if (!isThere && process.env.CI) throw new Error('CI must have php-cli')

const folder = mkdtempSync(join(tmpdir(), 'bpt-'))
afterAll(() => { rmSync(folder, { recursive: true }) })

/** What PHP makes of files: each unserialised without classes, and serialised again. */
function throughPhp(files: readonly Uint8Array[]): string[] {
  const names = files.map((file, index) => {
    const name = join(folder, String(index))
    writeFileSync(name, file)
    return name
  })
  const code = `foreach (array_slice($argv, 1) as $name) {
    $bytes = file_get_contents($name);
    $plain = @gzuncompress($bytes);
    $value = unserialize($plain === false ? $bytes : $plain, ['allowed_classes' => false]);
    echo base64_encode(serialize($value)), "\\n";
  }`
  return execFileSync('php', ['-d', 'serialize_precision=-1', '-r', code, '--', ...names], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .trim().split('\n').map(line => Buffer.from(line, 'base64').toString('utf8'))
}

describe.runIf(isThere)('real PHP', () => {
  it('reads every template as it was written', async () => {
    const input = exampleInput([...TEMPLATE_IDS.map(id => exampleSurvey(id)), exampleSurvey('afterdeal', { id: 'full', plan: FULL_PLAN, reminders: REMINDERS })])
    const files = await Promise.all(TEMPLATE_KEYS.map(key => compileTemplate(key, input, IDS).file()))
    throughPhp(files).forEach((text, index) => expect(text).toBe(templateText(templateOf(TEMPLATE_KEYS[index]!, input, IDS))))
  })

  it('agrees about texts, keys and nesting', () => {
    const text = fc.string({ unit: 'binary' })
    const { value } = fc.letrec<{ value: PhpRead, map: Map<PhpKey, PhpRead> }>(tie => ({
      value: fc.oneof({ maxDepth: 4 }, text, fc.maxSafeInteger(), fc.double(), fc.boolean(), fc.constant(null), tie('map')),
      map: fc.uniqueArray(fc.tuple(fc.oneof(fc.maxSafeInteger(), text, fc.bigInt(-(10n ** 20n), 10n ** 20n).map(String)), tie('value')), { selector: ([key]) => String(key) })
        .map(entries => new Map<PhpKey, PhpRead>(entries))
    }))
    const samples = fc.sample(value, { numRuns: 200, seed: 20261122 })
    const written = samples.map(sample => serialise(sample))
    throughPhp(written.map(one => new TextEncoder().encode(one))).forEach((read, index) => {
      expect(unserialise(read)).toEqual(unserialise(written[index]!))
    })
  })
})
