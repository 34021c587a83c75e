import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { usePortal } from '@/ui/portal'

/**
 * Names of employees. Those that are not known yet come with one small call, together; until then, and for who is unknown to the portal,
 * there is none.
 */
export function usePeople(ids: () => readonly (number | null)[], known: () => ReadonlyMap<number, string>): (id: number | null) => string | undefined {
  const portal = usePortal()
  const missing = computed(() => [...new Set(ids())].filter((id): id is number => id !== null && !known().has(id)).sort((a, b) => a - b))
  const query = useQuery({
    key: () => ['people', ...missing.value],
    enabled: () => missing.value.length > 0,
    query: async () => {
      const { createPeople } = await import('@/portal/people')
      return createPeople(portal).byIds(missing.value)
    }
  })
  return id => id === null ? undefined : known().get(id) ?? query.data.value?.get(id)?.name
}
