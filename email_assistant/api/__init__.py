"""The HTTP door: routes that call the service, and its errors as problem documents."""
