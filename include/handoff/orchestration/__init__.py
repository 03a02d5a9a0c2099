"""Everything that knows of Airflow, apart from the DAG files themselves."""
