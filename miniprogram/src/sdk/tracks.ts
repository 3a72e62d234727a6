import { startBanyan } from './browser.ts'

/** The file that pages load: begins by itself with the key of its own script tag. */
const script = document.currentScript as HTMLScriptElement | null
const key = script?.dataset['key']
if (script && key) startBanyan(window, { src: script.src, key })
