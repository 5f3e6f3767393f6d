# The console with everything it serves; PostgreSQL is another container (docker-compose.yml) or the embedded one in the volume /data.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
COPY --from=node:20-bookworm-slim /usr/local /usr/local
WORKDIR /src
COPY . .
RUN dotnet publish LogConsole -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN install -d -o app -g app /data
WORKDIR /app
COPY --from=build /app .
USER app
# PORT is the port it serves; everybody has to sign in or bring a key.
ENV PORT=8080 Access__Mode=Users Storage__DataDirectory=/data
EXPOSE 8080
VOLUME /data
ENTRYPOINT ["dotnet", "LogConsole.dll"]
