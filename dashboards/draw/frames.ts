// From Prometheus' answers to Grafana's data frames, as its Prometheus data source makes them.
import { DataFrame, FieldType, MutableDataFrame, toDataFrame } from '@grafana/data';

export interface Target { refId: string; legendFormat?: string; format?: string; instant?: boolean }
interface Series { metric: Record<string, string>; value?: [number, string]; values?: Array<[number, string]> }

export function framesOf(target: Target, series: Series[]): DataFrame[] {
  return target.format === 'table' ? tableOf(target, series) : series.map((one) => lineOf(target, one));
}

function lineOf(target: Target, { metric, value, values }: Series): DataFrame {
  const points = values ?? (value ? [value] : []);
  const { __name__, ...labels } = metric;
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: points.map(([at]) => at * 1000), config: {} },
      {
        name: 'Value',
        type: FieldType.number,
        values: points.map(([, text]) => Number(text)),
        labels,
        config: { displayNameFromDS: legendOf(target, labels) },
      },
    ],
  });
}

function legendOf({ legendFormat }: Target, labels: Record<string, string>): string {
  if (legendFormat && legendFormat !== '__auto') {
    return legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => labels[name] ?? '');
  }
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length ? `{${pairs.join(', ')}}` : 'Value';
}

function tableOf({ refId }: Target, series: Series[]): DataFrame[] {
  if (!series.length) {
    return [];
  }
  const names = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const table = new MutableDataFrame({ refId, fields: [] });
  table.addField({ name: 'Time', type: FieldType.time, values: series.map(({ value }) => value![0] * 1000) });
  for (const name of names) {
    const values = series.map(({ metric }) => metric[name] ?? '');
    table.addField({ name, type: FieldType.string, values, config: { filterable: true } });
  }
  const numbers = series.map(({ value }) => Number(value![1]));
  table.addField({ name: `Value #${refId}`, type: FieldType.number, values: numbers });
  return [table];
}
