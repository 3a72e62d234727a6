/**
 * One page about one person, one desk for customer service, one board for a store: reads from every module before it. The one thing it
 * writes is which stores a person belongs to, because nobody before it knows all the reasons.
 */
export { keepStores, migrations, subscribers, tasks } from './keep-stores.ts'
export { routes } from './routes.ts'
