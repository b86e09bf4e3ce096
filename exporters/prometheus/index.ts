export { prometheusExporter } from './prometheus.ts';
