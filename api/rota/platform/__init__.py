"""Technology; knows neither GraphQL nor domains."""
