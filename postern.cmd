@echo off
rem Starts Postern; in a source checkout it builds it first where it must. Exit 2: could not start.
rem   POSTERN_HOME          use this installation (never built) instead of this script's directory
rem   POSTERN_JAVA_OPTIONS  more options for java; they win over the defaults below
rem   JAVA_HOME             the JDK to use; otherwise java from the PATH
rem Delayed expansion stays off: it would eat exclamation marks in the arguments. Variables begin
rem with an underscore, since java and Maven inherit them.
setlocal EnableExtensions DisableDelayedExpansion

set "_launcher=%~f0"
set "_checkout=no"
if defined POSTERN_HOME goto installed
for %%I in ("%~dp0.") do set "_dir=%%~fI"
if exist "%~dp0pom.xml" set "_checkout=yes"
goto located
:installed
for %%I in ("%POSTERN_HOME%\.") do set "_dir=%%~fI"
:located
set "_application=%_dir%\target\quarkus-app"
if "%_checkout%"=="no" if exist "%_dir%\quarkus-app\" set "_application=%_dir%\quarkus-app"
set "_jar=%_application%\quarkus-run.jar"

rem --- Java 17 or newer ---
set "_java="
if defined JAVA_HOME goto java_home
set "_origin=java on the PATH"
for %%I in (java.exe) do set "_java=%%~$PATH:I"
if defined _java goto java_found
echo postern: no Java found: install a JDK 17 or newer, or set JAVA_HOME 1>&2
exit /b 2
:java_home
set "_origin=JAVA_HOME"
set "_java=%JAVA_HOME%\bin\java.exe"
if exist "%_java%" goto java_found
echo postern: JAVA_HOME has no bin\java.exe; set it to a JDK 17 or newer 1>&2
exit /b 2
:java_found
set "_version="
for /f "tokens=2,3" %%U in ('""%_java%" -version 2^>^&1"') do if "%%U"=="version" if not defined _version set "_version=%%~V"
set "_feature=0"
for /f "tokens=1,2 delims=.-+_" %%A in ("%_version%") do if "%%A"=="1" (set "_feature=%%B") else (set "_feature=%%A")
set "_number=0"
set /a "_number=_feature" 2>nul
if %_number% GEQ 17 goto java_good
echo postern: %_origin% is Java %_version%; Postern needs 17 or newer: install one and set JAVA_HOME 1>&2
exit /b 2
:java_good

rem --- Build where it must ---
if "%_checkout%"=="yes" goto consider
if exist "%_jar%" goto start
echo postern: no Postern in "%_dir%": "%_jar%" is missing 1>&2
exit /b 2
:consider
call :stale
if errorlevel 1 goto start
if not exist "%_dir%\target\" mkdir "%_dir%\target"
if exist "%_dir%\target\" goto build
echo postern: cannot make "%_dir%\target", where the build goes 1>&2
exit /b 2

rem The lock is an open file: Windows gives it back when its holder dies, however it dies.
:build
set "_waiting=no"
:enter
set "_entered=no"
set "_outcome=0"
3>&2 2>nul (
    9>"%_dir%\target\postern-build.lock" (
        call :build_locked 2>&3
    )
)
if "%_entered%"=="yes" goto built
if "%_waiting%"=="no" echo Waiting for another build of Postern 1>&2
set "_waiting=yes"
ping -n 2 127.0.0.1 >nul
goto enter
:built
if not "%_outcome%"=="0" exit /b 2

rem --- Start ---
:start
set "_collector=-XX:+UseSerialGC"
rem Two collectors at once are an error to the JVM.
if not defined POSTERN_JAVA_OPTIONS goto collected
if not "%POSTERN_JAVA_OPTIONS:-XX:+Use=%"=="%POSTERN_JAVA_OPTIONS%" set "_collector="
:collected
set "_modern="
if %_number% GEQ 24 set "_modern=--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
set "_classpath=%_application%\app\*;%_application%\lib\main\*;%_application%\lib\boot\*;%_application%\quarkus\*"
if "%~1"=="server" goto server
set "_quick=-XX:TieredStopAtLevel=1"
if "%~1"=="agent" set "_quick="
if "%~1"=="demo" set "_quick="
"%_java%" %_quick% %_collector% -Xshare:auto %_modern% %POSTERN_JAVA_OPTIONS% "-Dpostern.home=%_dir%" "-Dpostern.launcher=%_launcher%" -cp "%_classpath%" io.postern.cli.Postern %*
exit /b %errorlevel%
:server
"%_java%" %_collector% -Xmx256m %_modern% %POSTERN_JAVA_OPTIONS% "-Dpostern.home=%_dir%" "-Dpostern.launcher=%_launcher%" -jar "%_jar%" %*
exit /b %errorlevel%

rem Errorlevel 0: the application is missing, or a source is newer than it.
:stale
if not exist "%_jar%" exit /b 0
powershell -NoProfile -NonInteractive -Command "$jar = Get-Item -LiteralPath $env:_jar; $newer = Get-ChildItem -Recurse -LiteralPath ($env:_dir + '\src\main'), ($env:_dir + '\openapi'), ($env:_dir + '\pom.xml') -ErrorAction SilentlyContinue | Where-Object { $_.LastWriteTimeUtc -gt $jar.LastWriteTimeUtc } | Select-Object -First 1; if ($newer) { exit 0 } else { exit 1 }"
exit /b %errorlevel%

:build_locked
set "_entered=yes"
call :stale
if errorlevel 1 exit /b 0
where mvn >nul 2>nul
if not errorlevel 1 goto have_maven
echo postern: Postern must be built first, and Maven (mvn) is not on the PATH: install Maven 3.8 or newer 1>&2
set "_outcome=2"
exit /b 0
:have_maven

set "_maven="
for /f "tokens=2,3" %%U in ('mvn -v 2^>nul') do if "%%U"=="Maven" if not defined _maven set "_maven=%%V"
set "_major=0"
set "_minor=0"
for /f "tokens=1,2 delims=." %%A in ("%_maven%") do (
    set "_major=%%A"
    set "_minor=%%B"
)
if %_major% GEQ 4 goto maven_good
if %_major% EQU 3 if %_minor% GEQ 8 goto maven_good
echo postern: this is Maven %_maven%; Postern needs 3.8 or newer 1>&2
set "_outcome=2"
exit /b 0
:maven_good
echo Building Postern (first run downloads its libraries; a few minutes) 1>&2
rem What was edited while the build ran is newer than its start and is built next time.
powershell -NoProfile -NonInteractive -Command "$ErrorActionPreference = 'Stop'; $started = [DateTime]::UtcNow; $shown = $started; $log = $env:_dir + '\target\build.log'; $tty = -not [Console]::IsErrorRedirected; $build = Start-Process -FilePath $env:ComSpec -ArgumentList '/d /c mvn -B -ntp -DskipTests -Dspotless.check.skip=true package > target\build.log 2>&1' -WorkingDirectory $env:_dir -NoNewWindow -PassThru; $null = $build.Handle; while (-not $build.WaitForExit(500)) { $past = [DateTime]::UtcNow - $started; if (-not $tty -and ([DateTime]::UtcNow - $shown).TotalSeconds -lt 15) { continue }; $shown = [DateTime]::UtcNow; $step = 'finding plugins and libraries'; $found = Select-String -LiteralPath $log -Pattern '^\[INFO\] --- (\S+) ' -ErrorAction SilentlyContinue | Select-Object -Last 1; if ($found) { $step = $found.Matches[0].Groups[1].Value }; $line = '  {0}:{1:00}  {2}' -f [int][Math]::Floor($past.TotalMinutes), $past.Seconds, $step; if ($tty) { [Console]::Error.Write([char]13 + $line.PadRight(72).Substring(0, 72)) } else { [Console]::Error.WriteLine($line) } }; if ($tty) { [Console]::Error.Write([char]13 + (' ' * 72) + [char]13) }; if ($build.ExitCode -ne 0 -or -not (Test-Path -LiteralPath $env:_jar)) { Get-Content -LiteralPath $log -Tail 40 | ForEach-Object { [Console]::Error.WriteLine($_) }; [Console]::Error.WriteLine('postern: the build failed; its whole log: ' + $log); exit 2 }; (Get-Item -LiteralPath $env:_jar).LastWriteTimeUtc = $started; [Console]::Error.WriteLine('Built in {0:0} s' -f ([DateTime]::UtcNow - $started).TotalSeconds); exit 0"
if errorlevel 1 set "_outcome=2"
exit /b 0
