pytest_plugins = ["tests.bucket", "tests.fakes.fixtures", "tests.forks", "tests.postgres"]
