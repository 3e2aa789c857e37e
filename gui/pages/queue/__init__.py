"""The queue page: dropping recordings, the jobs, the text of one."""
