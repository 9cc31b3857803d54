pytest_plugins = ["tests.fakes.fixtures", "tests.forks", "tests.postgres"]
