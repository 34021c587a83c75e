import type { FrameLocator, Page } from 'playwright-core'

/** Where the app stands in the portal's pages. */

/** The app's frame that fills the page. */
export const appOf = (page: Page): FrameLocator => page.frameLocator('.app-frame.full > iframe')

/** The portal's page in the topmost slider. */
export const sliderOf = (page: Page): FrameLocator => page.frameLocator('.slider iframe')

/** The app's frame in the topmost slider. */
export const appInSlider = (page: Page): FrameLocator => sliderOf(page).frameLocator('.app-frame.full > iframe')

/** Chooses the app's tab of a card. */
export async function openTab(page: Page): Promise<FrameLocator> {
  await page.getByRole('tab').nth(1).click()
  return page.frameLocator('[role=tabpanel]:not([hidden]) .app-frame.tab > iframe')
}

/** Presses the app's button in the toolbar of a card; it opens in a slider. */
export async function pressInToolbar(page: Page): Promise<FrameLocator> {
  await page.locator('details.dropdown summary').click()
  await page.locator('details.dropdown').getByRole('link').click()
  return appInSlider(page)
}

/** Opens one of the app's pages of the menu. */
export async function openFromMenu(page: Page, place: 'LEFT_MENU' | 'CRM_ANALYTICS_MENU'): Promise<FrameLocator> {
  await page.locator(`nav.menu a[href^="/marketplace/placement/${place}/"]`).click()
  return appOf(page)
}
