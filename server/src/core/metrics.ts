import client from 'prom-client'

export const registry = new client.Registry()
client.collectDefaultMetrics({ register: registry, prefix: 'banyan_' })

/** A counter by name, made once. */
export function counter(name: string, help: string, labelNames: string[] = []): client.Counter {
  const known = registry.getSingleMetric(`banyan_${name}`)
  if (known) return known as client.Counter
  return new client.Counter({ name: `banyan_${name}`, help, labelNames, registers: [registry] })
}

/** A histogram of seconds by name, made once. */
export function histogram(
  name: string,
  help: string,
  labelNames: string[] = [],
  buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
): client.Histogram {
  const known = registry.getSingleMetric(`banyan_${name}`)
  if (known) return known as client.Histogram
  return new client.Histogram({ name: `banyan_${name}`, help, labelNames, buckets, registers: [registry] })
}

/** A gauge by name, made once. */
export function gauge(name: string, help: string, labelNames: string[] = []): client.Gauge {
  const known = registry.getSingleMetric(`banyan_${name}`)
  if (known) return known as client.Gauge
  return new client.Gauge({ name: `banyan_${name}`, help, labelNames, registers: [registry] })
}

export const metrics = { counter, histogram, gauge }
