"""What every number means: one YAML a metric, read by the warehouse, the pages and the workbook."""

from handoff.metrics.catalogue import Metric, load_metrics, metrics_table

__all__ = ["Metric", "load_metrics", "metrics_table"]
